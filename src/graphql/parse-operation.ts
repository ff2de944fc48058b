import type { DocumentNode, Source } from 'graphql'
import { parse } from 'graphql'

/** More tokens than any honest operation has; bounds the parser's recursion and the work of validation. */
const MAX_TOKENS = 2_000

/**
 * Parses an operation within a limit of 2,000 tokens.
 *
 * @throws GraphQLError for a syntax error or too many tokens
 */
export function parseOperation(source: string | Source): DocumentNode {
  return parse(source, { maxTokens: MAX_TOKENS })
}
