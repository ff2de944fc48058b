import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql'

const CONDITIONS = new Set(['skip', 'include'])

/**
 * A validation rule that refuses `@skip` and `@include` where a subscription selects its one field: without that field
 * there would be nothing to subscribe to.
 *
 * @see https://spec.graphql.org/September2025/#sec-Single-Root-Field
 */
export const noRootConditions: ValidationRule = (context) => {
  // of the whole document, so that each fragment is looked at once
  const seen = new Set<string>()
  return {
    OperationDefinition({ operation, selectionSet }) {
      if (operation === OperationTypeNode.SUBSCRIPTION) check(selectionSet, context, seen)
    },
  }
}

function check({ selections }: SelectionSetNode, context: ValidationContext, seen: Set<string>): void {
  for (const selection of selections) {
    const condition = selection.directives?.find(({ name }) => CONDITIONS.has(name.value))
    if (condition) {
      const message = `The field of a subscription cannot be conditional: remove @${condition.name.value}`
      context.reportError(new GraphQLError(message, { nodes: [condition] }))
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) check(selection.selectionSet, context, seen)
    if (selection.kind !== Kind.FRAGMENT_SPREAD || seen.has(selection.name.value)) continue
    // unknown ones and cycles are refused by rules of their own
    seen.add(selection.name.value)
    const fragment = context.getFragment(selection.name.value)
    if (fragment) check(fragment.selectionSet, context, seen)
  }
}
