import type { GraphQLResolveInfo, SelectionSetNode } from 'graphql'
import { collectSelected, type SelectionContext } from './results/selection.ts'

/** The fields that are null unless a stream was opened with `showExpandedEvents`, by the type that they are in. */
const EXPANDED: Readonly<Record<string, ReadonlySet<string>>> = {
  Change: new Set(['collectionUUID', 'operationDescription']),
  UpdateDescription: new Set(['disambiguatedPaths']),
}

/** The fields that have such a type. */
const TYPES: Readonly<Record<string, string>> = { updateDescription: 'UpdateDescription' }

type OperationInfo = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>

/**
 * Whether an operation asks `changes` for a field that only `showExpandedEvents` fills in. Goes by names, so that the
 * schema may be made by another copy of `graphql`.
 */
export function selectsExpandedFields(info: OperationInfo): boolean {
  return selects('Change', selectedBy(info), contextOf(info))
}

/** The same of a page of changes. */
export function selectsExpandedFieldsOfPage(info: OperationInfo): boolean {
  const context = contextOf(info)
  const fields = [...(collectSelected({ name: 'ChangesPage' }, selectedBy(info), context)?.values() ?? [])]
  return fields.some(({ name, below }) => name === 'changes' && selects('Change', below, context))
}

function selectedBy({ fieldNodes }: OperationInfo): readonly SelectionSetNode[] {
  return fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? [])
}

function contextOf({ fragments, variableValues }: OperationInfo): SelectionContext {
  return { fragments: new Map(Object.entries(fragments)), variables: variableValues }
}

function selects(type: string, selectionSets: readonly SelectionSetNode[], context: SelectionContext): boolean {
  const fields = [...(collectSelected({ name: type }, selectionSets, context)?.values() ?? [])]
  return fields.some(({ name, below }) => {
    if (EXPANDED[type]?.has(name)) return true
    const inner = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined
    return inner !== undefined && selects(inner, below, context)
  })
}
