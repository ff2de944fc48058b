import { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { ErrorCode } from '../errors.ts'

/** What Yoga's own codes are in the closed table. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  BAD_REQUEST: 'BAD_USER_INPUT',
  GRAPHQL_PARSE_FAILED: 'BAD_USER_INPUT',
  GRAPHQL_VALIDATION_FAILED: 'BAD_USER_INPUT',
  OPERATION_RESOLUTION_FAILURE: 'BAD_USER_INPUT',
  REQUEST_ENTITY_TOO_LARGE: 'LIMIT_EXCEEDED',
}

/** Gives errors that Yoga makes itself a code that clients know, so that there are no other ones. */
export function useClosedCodes(): Plugin {
  return {
    onResultProcess({ result, setResult }) {
      if (!('errors' in result) || !result.errors) return
      setResult({ ...result, errors: result.errors.map(toKnown) })
    },
  }
}

function toKnown(error: GraphQLError): GraphQLError {
  const { code } = error.extensions
  const known = typeof code === 'string' && Object.hasOwn(CODES, code) ? CODES[code] : undefined
  if (known === undefined) return error
  const { message, nodes, source, positions, path, originalError, extensions } = error
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    originalError: originalError ?? null,
    extensions: { ...extensions, code: known },
  })
}
