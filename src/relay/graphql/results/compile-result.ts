import {
  type ExecutionArgs,
  type FragmentDefinitionNode,
  getVariableValues,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { JsonText } from '../../../bson/ejson/json-text.ts'
import type { ResultText } from './result-text.ts'
import { collectSelected, type SelectionContext } from './selection.ts'

/**
 * Writes a result of a subscription for what its root field gives, with the same bytes as `JSON.stringify` of what
 * GraphQL's own execution gives.
 *
 * @throws NeedsExecution where that would have errors: execute then
 */
export type WriteResult = (event: unknown, text: ResultText) => void

/** Thrown when a result has to be made by GraphQL's own execution. */
export class NeedsExecution extends Error {}

type Write = (value: unknown, text: ResultText) => void

/** What an operation is compiled with. Nothing that is compiled keeps it, as it lives far longer than the document. */
interface Compilation extends SelectionContext {
  readonly contextValue: unknown
}

/**
 * Compiles a valid subscription into a function that writes its results. What an operation asks for is the same for
 * every event: collecting fields, coercing arguments and building paths for errors, most of what an execution costs,
 * are done once. The schema's resolvers are called as by that, without `info`.
 *
 * `undefined` for what is not worth it: interfaces, unions, and fields with arguments.
 */
export function compileResult({ schema, document, operationName, variableValues, contextValue }: ExecutionArgs) {
  const operation = document.definitions.find(
    (node): node is OperationDefinitionNode =>
      node.kind === Kind.OPERATION_DEFINITION && (!operationName || node.name?.value === operationName),
  )
  const root = schema.getSubscriptionType()
  if (!operation || !root) return undefined
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {})
  const fragments = document.definitions
    .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
    .map((node) => [node.name.value, node] as const)
  const compilation: Compilation = { fragments: new Map(fragments), variables: coerced ?? {}, contextValue }

  const selected = collectSelected(root, [operation.selectionSet], compilation)
  const [only, ...others] = selected ?? []
  if (!coerced || !only || others.length > 0) return undefined
  const [key, { name, below }] = only
  const type = root.getFields()[name]?.type
  const write = type && compileType(type, below, compilation)
  if (!write) return undefined
  const result: WriteResult = (event, text) => {
    text.add(`{"data":{"${key}":`)
    write(event, text)
    text.add('}}')
  }
  return result
}

function compileType(
  type: GraphQLOutputType,
  below: readonly SelectionSetNode[],
  compilation: Compilation,
): Write | undefined {
  if (isNonNullType(type)) {
    const write = compileType(type.ofType, below, compilation)
    return (
      write &&
      ((value, text) => {
        if (value === null || value === undefined) throw new NeedsExecution('Nothing where there has to be something')
        write(value, text)
      })
    )
  }
  const write = compileNullable(type, below, compilation)
  return (
    write &&
    ((value, text) => {
      if (value === null || value === undefined) text.add('null')
      else write(value, text)
    })
  )
}

function compileNullable(
  type: GraphQLOutputType,
  below: readonly SelectionSetNode[],
  compilation: Compilation,
): Write | undefined {
  if (isListType(type)) return compileList(type.ofType, below, compilation)
  if (isObjectType(type)) return compileObject(type, below, compilation)
  if (!isLeafType(type)) return undefined
  return (value, text) => {
    if (value instanceof JsonText) return text.add(value)
    const json = JSON.stringify(type.serialize(value)) as string | undefined
    if (json === undefined) throw new NeedsExecution('A scalar that is no JSON')
    text.add(json)
  }
}

function compileList(
  type: GraphQLOutputType,
  below: readonly SelectionSetNode[],
  compilation: Compilation,
): Write | undefined {
  const write = compileType(type, below, compilation)
  return (
    write &&
    ((value, text) => {
      if (!Array.isArray(value)) throw new NeedsExecution('No list where there has to be one')
      value.forEach((item: unknown, index) => {
        text.add(index === 0 ? '[' : ',')
        write(item, text)
      })
      text.add(value.length === 0 ? '[]' : ']')
    })
  )
}

function compileObject(
  type: GraphQLObjectType,
  below: readonly SelectionSetNode[],
  compilation: Compilation,
): Write | undefined {
  const { contextValue } = compilation
  const fields = collectSelected(type, below, compilation)
  if (!fields || fields.size === 0 || type.isTypeOf) return undefined
  const writes: Write[] = []
  for (const [key, { name, below: inner }] of fields) {
    const opening = `${writes.length === 0 ? '{' : ','}"${key}":`
    if (name === '__typename') {
      writes.push((_source, text) => text.add(`${opening}"${type.name}"`))
      continue
    }
    const field = type.getFields()[name]
    const write = field?.args.length === 0 ? compileType(field.type, inner, compilation) : undefined
    if (!field || !write) return undefined
    const resolve = field.resolve ?? ((source: Readonly<Record<string, unknown>>) => source[name])
    writes.push((source, text) => {
      // no resolver below a subscription asks for `info`; one that did would fail, and be executed instead
      const value: unknown = resolve(source, {}, contextValue, undefined as never)
      if (value instanceof Promise || typeof value === 'function')
        throw new NeedsExecution('A value that is not there yet')
      text.add(opening)
      write(value, text)
    })
  }
  return (source, text) => {
    for (const write of writes) write(source, text)
    text.add('}')
  }
}
