import type { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { ErrorCode } from '../../../../errors.ts'
import { withCode } from '../../../graphql/public-error.ts'

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
  // what Yoga and graphql-js find wrong without saying a code is in the request
  if (code === undefined) return withCode(error, 'BAD_USER_INPUT')
  const known = typeof code === 'string' && Object.hasOwn(CODES, code) ? CODES[code] : undefined
  return known === undefined ? error : withCode(error, known)
}
