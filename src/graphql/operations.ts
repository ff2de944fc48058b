import type { DocumentNode, GraphQLError, GraphQLSchema } from 'graphql'
import type { Execution } from './execution.ts'
import { parseOperation } from './parse-operation.ts'
import { validateOperation } from './validate-operation.ts'

/** A document that was parsed and validated. */
export interface Operation {
  readonly document: DocumentNode
  /** Empty when it is valid. */
  readonly errors: readonly GraphQLError[]
}

/** Documents by their text. */
export interface Operations {
  /**
   * Parses and validates a document, or remembers having done so.
   *
   * @throws GraphQLError for a syntax error or too many tokens
   */
  get(text: string): Operation
}

/** Longest text that is remembered, in characters. */
const MAX_LENGTH = 16_384

/**
 * Remembers the last valid documents, so that a thousand clients which send the same one cost one validation.
 *
 * @param capacity how many. Default 200
 */
export function createOperations(schema: GraphQLSchema, execution: Execution, capacity = 200): Operations {
  const known = new Map<string, Operation>()

  return {
    get(text) {
      const operation = known.get(text) ?? read(text)
      if (operation.errors.length > 0 || text.length > MAX_LENGTH) return operation
      // put at the end, so that the first one is the one not used for longest
      known.delete(text)
      known.set(text, operation)
      const [oldest] = known.keys()
      if (known.size > capacity && oldest !== undefined) known.delete(oldest)
      return operation
    },
  }

  function read(text: string): Operation {
    const document = parseOperation(text, execution.maxTokens)
    return { document, errors: validateOperation(schema, document, execution) }
  }
}
