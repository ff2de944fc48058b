import type { SelectionSetNode, ValidationContext, ValidationRule } from 'graphql'
import { GraphQLError, Kind } from 'graphql'

/** More response keys than the introspection queries of GraphiQL and of code generators have. */
const MAX_INTROSPECTION_KEYS = 1_000

/** Fields that describe the schema; what is below them costs nothing but itself. */
const INTROSPECTION_FIELDS = new Set(['__schema', '__type'])

/**
 * A validation rule that refuses operations which ask for more than `limit` response keys, with `LIMIT_EXCEEDED`. Each
 * field counts as often as it is asked for, under an alias or by a fragment, because the answer holds its value as often:
 * without a limit a short operation makes an answer of any size of one event.
 *
 * Counts as if nothing were skipped or merged. Keys of introspection have a limit of their own, of 1,000.
 *
 * **Cost**: stops counting at the limit, so that fragments within fragments do not take longer.
 */
export function limitResponseKeys(limit: number): ValidationRule {
  return (context) => ({
    OperationDefinition(operation) {
      const count = createCounter(context, limit)
      if (count(operation.selectionSet)) return
      const message = `The operation asks for too much: more than ${limit} response keys`
      context.reportError(new GraphQLError(message, { nodes: [operation], extensions: { code: 'LIMIT_EXCEEDED' } }))
    },
  })
}

function createCounter(context: ValidationContext, limit: number): (selections: SelectionSetNode) => boolean {
  let keys = 0
  let introspectionKeys = 0
  const entered = new Set<string>()

  /** Gives whether the limits hold so far. */
  function count({ selections }: SelectionSetNode, isIntrospection = false): boolean {
    return selections.every((selection) => {
      switch (selection.kind) {
        case Kind.FIELD: {
          if (isIntrospection) introspectionKeys++
          else keys++
          if (keys > limit || introspectionKeys > MAX_INTROSPECTION_KEYS) return false
          const isBelow = isIntrospection || INTROSPECTION_FIELDS.has(selection.name.value)
          return selection.selectionSet === undefined || count(selection.selectionSet, isBelow)
        }
        case Kind.INLINE_FRAGMENT:
          return count(selection.selectionSet, isIntrospection)
        case Kind.FRAGMENT_SPREAD:
          return countFragment(selection.name.value, isIntrospection)
      }
    })
  }

  function countFragment(name: string, isIntrospection: boolean): boolean {
    const fragment = context.getFragment(name)
    // unknown ones and cycles are refused by rules of their own
    if (!fragment || entered.has(name)) return true
    entered.add(name)
    const isWithin = count(fragment.selectionSet, isIntrospection)
    entered.delete(name)
    return isWithin
  }

  return count
}
