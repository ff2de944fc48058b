import { type DocumentNode, type GraphQLError, type GraphQLSchema, visit } from 'graphql'
import type { OperationLimits } from '../limits/operation-limits.ts'
import { parseOperation } from './parse-operation.ts'
import { validateOperation } from './validate-operation.ts'

/** A document that was parsed and validated. */
export interface Operation {
  readonly document: DocumentNode
  /** Empty when it is valid. */
  readonly errors: readonly GraphQLError[]
}

/** Documents by their text, of all transports. */
export interface Operations {
  /**
   * Parses and validates a document, or remembers having done so.
   *
   * @throws GraphQLError for a syntax error or too many tokens
   */
  get(text: string): Operation
}

/** Most memory that remembered documents take, in bytes. */
const MAX_BYTES = 8_388_608

/** What a remembered document takes besides its tokens and its text, in bytes. */
const BYTES_EACH = 1_024

/**
 * What a token becomes in a document, at the most, in bytes: nodes, lists and places, without the tokens themselves.
 */
const BYTES_PER_TOKEN = 512

/**
 * Remembers the last valid documents, so that a thousand clients which send the same one cost one validation.
 *
 * **Memory**: 8 MiB at the most, whatever clients send: some 400 usual documents, or eight of the largest.
 *
 * @param maxBytes how much memory they may take
 */
export function createOperations(
  schema: GraphQLSchema,
  operationLimits: OperationLimits,
  maxBytes = MAX_BYTES,
): Operations {
  const known = new Map<string, { readonly operation: Operation; readonly bytes: number }>()
  let bytes = 0

  return {
    get(text) {
      const entry = known.get(text)
      // put at the end, so that the first one is the one not used for longest
      if (entry && known.delete(text)) known.set(text, entry)
      return entry?.operation ?? read(text)
    },
  }

  function read(text: string): Operation {
    const document = parseOperation(text, operationLimits.maxTokens)
    const operation = { document, errors: validateOperation(schema, document, operationLimits) }
    if (operation.errors.length === 0) remember(text, operation)
    return operation
  }

  function remember(text: string, operation: Operation): void {
    forgetTokens(operation.document)
    const size = sizeOf(text, operation.document)
    known.set(text, { operation, bytes: size })
    bytes += size
    for (const [oldest, entry] of known) {
      if (bytes <= maxBytes) return
      known.delete(oldest)
      bytes -= entry.bytes
    }
  }
}

// a text and what cohort keys hold of it can have two bytes for each character
function sizeOf(text: string, { tokenCount = text.length }: DocumentNode): number {
  return BYTES_EACH + 4 * text.length + BYTES_PER_TOKEN * tokenCount
}

// each place holds the list of all tokens, which takes more than the rest; errors tell places by their numbers
function forgetTokens(document: DocumentNode): void {
  visit(document, {
    enter({ loc }) {
      if (loc) Object.assign(loc, { startToken: undefined, endToken: undefined })
    },
  })
}
