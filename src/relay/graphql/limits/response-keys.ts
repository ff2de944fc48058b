import { GraphQLError, type ValidationRule } from 'graphql'
import { type Fold, foldSelections } from './fold-selections.ts'
import { INTROSPECTION_FIELDS } from './introspection-fields.ts'

/**
 * More response keys than the introspection queries of GraphiQL and of code generators have, which is 232. Comparing
 * keys with each other, as the specification demands, takes the square of it.
 */
const MAX_INTROSPECTION_KEYS = 400

/** How many response keys there are: those of the schema itself, and those that describe it. */
interface Keys {
  readonly plain: number
  readonly introspection: number
}

const KEYS: Fold<Keys> = {
  none: { plain: 0, introspection: 0 },
  field: (name, { plain, introspection }) =>
    INTROSPECTION_FIELDS.has(name)
      ? { plain: 1, introspection: plain + introspection }
      : { plain: 1 + plain, introspection },
  both: (a, b) => ({ plain: a.plain + b.plain, introspection: a.introspection + b.introspection }),
}

/**
 * A validation rule that refuses operations which ask for more than `limit` response keys, with `LIMIT_EXCEEDED`. Each
 * field counts as often as it is asked for, under an alias or by a fragment, because the answer holds its value as
 * often: without a limit a short operation makes an answer of any size of one event.
 *
 * Counts as if nothing were skipped or merged. Keys of introspection have a limit of their own, of 400 in the document.
 */
export function limitResponseKeys(limit: number): ValidationRule {
  return (context) => {
    const count = foldSelections(context, KEYS)
    let introspectionKeys = 0
    return {
      OperationDefinition(operation) {
        const { plain, introspection } = count(operation.selectionSet)
        introspectionKeys += introspection
        if (plain <= limit && introspectionKeys <= MAX_INTROSPECTION_KEYS) return
        const message = `The operation asks for too much: more than ${limit} response keys`
        context.reportError(new GraphQLError(message, { nodes: [operation], extensions: { code: 'LIMIT_EXCEEDED' } }))
      },
    }
  }
}
