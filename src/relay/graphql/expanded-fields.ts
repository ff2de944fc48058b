import {
  getNamedType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isObjectType,
  type SelectionSetNode,
} from 'graphql'
import { collectSelected, type SelectionContext } from './results/selection.ts'

/** The fields of a change that are null unless its stream was opened with `showExpandedEvents`. */
const EXPANDED = new Set(['collectionUUID', 'operationDescription', 'disambiguatedPaths'])

/** Whether an operation asks `changes` for a field that only `showExpandedEvents` fills in. */
export function selectsExpandedFields(
  info: Pick<GraphQLResolveInfo, 'fieldNodes' | 'returnType' | 'fragments' | 'variableValues'>,
): boolean {
  const selected = info.fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? [])
  return selects(info.returnType, selected, {
    fragments: new Map(Object.entries(info.fragments)),
    variables: info.variableValues,
  })
}

function selects(
  output: GraphQLOutputType,
  selectionSets: readonly SelectionSetNode[],
  context: SelectionContext,
): boolean {
  const type = getNamedType(output)
  if (!isObjectType(type)) return false
  const fields = [...(collectSelected(type, selectionSets, context)?.values() ?? [])]
  return fields.some(({ name, below }) => {
    const field = type.getFields()[name]
    return EXPANDED.has(name) || (field !== undefined && selects(field.type, below, context))
  })
}
