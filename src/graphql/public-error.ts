import { GraphQLError } from 'graphql'
import { RelayError } from '../errors.ts'

/**
 * What a client may see of an error: a {@link RelayError} with its code and resume token in `extensions`, a GraphQL error
 * as it is, and anything else masked and given to `report` instead.
 */
export function toPublicError(error: unknown, report: (error: unknown) => void): GraphQLError {
  if (error instanceof GraphQLError && isOwnError(error)) return error
  if (error instanceof RelayError) {
    const { code, resumeToken } = error
    return new GraphQLError(error.message, { extensions: resumeToken === undefined ? { code } : { code, resumeToken } })
  }
  report(error)
  return new GraphQLError('Unexpected error', { extensions: { code: 'INTERNAL_SERVER_ERROR' } })
}

// executors wrap what a resolver throws: only what began as a GraphQL error may be shown
function isOwnError(error: GraphQLError): boolean {
  const { originalError } = error
  return originalError === undefined || (originalError instanceof GraphQLError && isOwnError(originalError))
}
