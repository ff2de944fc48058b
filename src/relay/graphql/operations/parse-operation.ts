import { type DocumentNode, GraphQLError, parse, type Source } from 'graphql'

/**
 * Parses an operation of at most `maxTokens`, which bounds the parser's recursion and the work of validation.
 *
 * @throws GraphQLError for a syntax error, or with the code `LIMIT_EXCEEDED` for too many tokens
 */
export function parseOperation(source: string | Source, maxTokens: number): DocumentNode {
  try {
    return parse(source, { maxTokens })
  } catch (error) {
    // that is all that graphql says of it
    if (error instanceof GraphQLError && /contains more tha[nt] \d+ tokens/.test(error.message)) {
      const message = `The document is too long: more than ${maxTokens} tokens`
      throw new GraphQLError(message, { extensions: { code: 'LIMIT_EXCEEDED' } })
    }
    throw error
  }
}
