import {
  type FragmentDefinitionNode,
  getDirectiveValues,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  GraphQLSkipDirective,
  Kind,
  type SelectionSetNode,
} from 'graphql'

/** What is asked for under one response key. */
export interface SelectedField {
  readonly name: string
  /** The selections below it, of each time that it is asked for. */
  readonly below: readonly SelectionSetNode[]
}

/** What selections mean besides themselves. */
export interface SelectionContext {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  /** Variables, as they are after coercion. */
  readonly variables: Readonly<Record<string, unknown>>
}

/**
 * The fields of an object type that selections ask for, by response key, in the order of the result. Fragments are put
 * in, and what `@skip` and `@include` leave out is left out. `undefined` where a fragment is on another type than the
 * object's.
 *
 * @see https://spec.graphql.org/October2021/#CollectFields()
 */
export function collectSelected(
  type: Pick<GraphQLObjectType, 'name'>,
  selectionSets: readonly SelectionSetNode[],
  context: SelectionContext,
): ReadonlyMap<string, SelectedField> | undefined {
  const fields = new Map<string, SelectedField>()
  const entered = new Set<string>()
  return selectionSets.every(collect) ? fields : undefined

  function collect({ selections }: SelectionSetNode): boolean {
    return selections.every((selection) => {
      if (!isIncluded(selection, context.variables)) return true
      switch (selection.kind) {
        case Kind.FIELD: {
          const key = selection.alias?.value ?? selection.name.value
          const below = selection.selectionSet ? [selection.selectionSet] : []
          // a valid document asks for one and the same field under a key
          fields.set(key, { name: selection.name.value, below: [...(fields.get(key)?.below ?? []), ...below] })
          return true
        }
        case Kind.INLINE_FRAGMENT:
          return isOn(selection.typeCondition?.name.value) && collect(selection.selectionSet)
        case Kind.FRAGMENT_SPREAD: {
          const name = selection.name.value
          if (entered.has(name)) return true
          entered.add(name)
          const fragment = context.fragments.get(name)
          return fragment !== undefined && isOn(fragment.typeCondition.name.value) && collect(fragment.selectionSet)
        }
      }
    })
  }

  function isOn(condition: string | undefined): boolean {
    return condition === undefined || condition === type.name
  }
}

function isIncluded(
  node: SelectionSetNode['selections'][number],
  variables: Readonly<Record<string, unknown>>,
): boolean {
  return (
    getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] !== false
  )
}
