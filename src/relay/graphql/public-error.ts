import { type ExecutionResult, GraphQLError } from 'graphql'
import { type ErrorCode, RelayError } from '../../errors.ts'
import type { Services } from './context.ts'

/**
 * What a client may see of an error: a {@link RelayError} with its code and resume token in `extensions`, a GraphQL
 * error with the code `BAD_USER_INPUT` unless it has another, because all that GraphQL itself finds wrong is in the
 * request, and anything else masked and given to `report` instead.
 */
export function toPublicError(error: unknown, report: (error: unknown) => void): GraphQLError {
  if (error instanceof GraphQLError && isOwnError(error)) {
    return error.extensions['code'] === undefined ? withCode(error, 'BAD_USER_INPUT') : error
  }
  if (error instanceof RelayError) {
    const { code, resumeToken } = error
    return new GraphQLError(error.message, { extensions: resumeToken === undefined ? { code } : { code, resumeToken } })
  }
  report(error)
  return new GraphQLError('Unexpected error', { extensions: { code: 'INTERNAL_SERVER_ERROR' } })
}

/** The result as a client may see it, and as JSON writes it. */
export function toPublicResult(
  { errors, data }: ExecutionResult,
  { reportError }: Pick<Services, 'reportError'>,
): object {
  if (!errors) return { data }
  const shown = errors.map((error) => toPublicError(error, reportError).toJSON())
  return data === undefined ? { errors: shown } : { data, errors: shown }
}

/** The same error with a code that clients know. */
export function withCode(error: GraphQLError, code: ErrorCode): GraphQLError {
  const { message, nodes, source, positions, path, originalError, extensions } = error
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    originalError: originalError ?? null,
    extensions: { ...extensions, code },
  })
}

// executors wrap what a resolver throws: only what began as a GraphQL error may be shown
function isOwnError(error: GraphQLError): boolean {
  const { originalError } = error
  return originalError === undefined || (originalError instanceof GraphQLError && isOwnError(originalError))
}
