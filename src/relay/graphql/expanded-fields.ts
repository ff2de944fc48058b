import type { GraphQLResolveInfo, SelectionSetNode } from 'graphql'
import { collectSelected, type SelectionContext } from './results/selection.ts'

/** The fields that are null unless a stream was opened with `showExpandedEvents`, by the type that they are in. */
const EXPANDED: Readonly<Record<string, ReadonlySet<string>>> = {
  Change: new Set(['collectionUUID', 'operationDescription']),
  UpdateDescription: new Set(['disambiguatedPaths']),
}

/** The fields that have such a type. */
const TYPES: Readonly<Record<string, string>> = { updateDescription: 'UpdateDescription' }

/**
 * Whether an operation asks `changes` for a field that only `showExpandedEvents` fills in. Goes by names, so that the
 * schema may be made by another copy of `graphql`.
 */
export function selectsExpandedFields(
  info: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>,
): boolean {
  const selected = info.fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? [])
  return selects('Change', selected, {
    fragments: new Map(Object.entries(info.fragments)),
    variables: info.variableValues,
  })
}

function selects(type: string, selectionSets: readonly SelectionSetNode[], context: SelectionContext): boolean {
  const fields = [...(collectSelected({ name: type }, selectionSets, context)?.values() ?? [])]
  return fields.some(({ name, below }) => {
    if (EXPANDED[type]?.has(name)) return true
    const inner = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined
    return inner !== undefined && selects(inner, below, context)
  })
}
