import { toKey } from '../../../bson/key.ts'
import { isDocument, isNumber, Long, toNumber, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { describe, typeNameOf } from '../../expressions/describe.ts'
import { parseFieldPath } from '../../expressions/field-path.ts'
import { compileFilter } from '../../query/filter.ts'
import { setAt } from '../fields.ts'
import { indexBy, joinValues, type JoinIndex } from '../join.ts'
import { compileStageExpression, scopeMaker } from '../scope.ts'
import type { PipelineContext, StageCompiler } from '../types.ts'

interface GraphSpec {
  readonly from: string
  readonly as: readonly string[]
  readonly startWith: BsonValue
  readonly connectFrom: string
  readonly connectTo: string
  readonly maxDepth: number
  readonly depthField: readonly string[] | undefined
  readonly restrict: BsonDocument | undefined
}

/** `$graphLookup`: adds all documents of a collection that are reached by following a field, nearest first. */
export const compileGraphLookup: StageCompiler = (spec, context) => {
  const graph = readSpec(spec)
  const startOf = compileStageExpression(graph.startWith, context)
  const scope = scopeMaker(context)
  const allowed = restriction(graph.restrict, context)
  return function* (input) {
    let index: JoinIndex | undefined
    for (const document of input) {
      index ??= indexBy(allowed(context.documents(graph.from)), graph.connectTo)
      const start = startOf(scope(document))
      const values = Array.isArray(start) ? start : start === undefined ? [] : [start]
      yield setAt(document, graph.as, search(graph, index, values))
    }
  }
}

function restriction(
  restrict: BsonDocument | undefined,
  { now, variables }: PipelineContext,
): (documents: Iterable<BsonDocument>) => Iterable<BsonDocument> {
  if (restrict === undefined) return (documents) => documents
  const filter = compileFilter(restrict, { now, variables })
  return (documents) => [...documents].filter((document) => filter.matches(document))
}

// breadth first, so that a document's depth is its shortest way
function search(
  { connectFrom, depthField, maxDepth }: GraphSpec,
  index: JoinIndex,
  start: BsonValue[],
): BsonDocument[] {
  const found: BsonDocument[] = []
  const reached = new Set<string>()
  const followed = new Set<string>()
  let frontier = start
  for (let depth = 0; depth <= maxDepth && frontier.length > 0; depth++) {
    const next: BsonValue[] = []
    for (const document of index.find(frontier)) {
      const id = toKey(document.get('_id') ?? null)
      if (reached.has(id)) continue
      reached.add(id)
      found.push(depthField ? setAt(document, depthField, Long.fromNumber(depth)) : document)
      next.push(...joinValues(document, connectFrom).filter((value) => value !== null))
    }
    frontier = next.filter((value) => {
      const key = toKey(value)
      if (followed.has(key)) return false
      followed.add(key)
      return true
    })
  }
  return found
}

function readSpec(spec: BsonValue): GraphSpec {
  if (!isDocument(spec)) {
    const text = `the $graphLookup stage specification must be an object, but found ${typeNameOf(spec)}`
    throw new CommandError(40327, text)
  }
  const texts = new Map<string, string>()
  for (const [name, value] of spec) {
    if (['from', 'as', 'connectFromField', 'connectToField', 'depthField'].includes(name)) {
      if (typeof value !== 'string') {
        const text = `expected string as argument for ${name}, found: ${describe(value)}`
        throw new CommandError(40103, text)
      }
      texts.set(name, value)
    } else if (!['startWith', 'maxDepth', 'restrictSearchWithMatch'].includes(name)) {
      throw new CommandError(40104, `unknown argument to $graphLookup: ${name}`)
    }
  }
  const [from, as, connectFrom, connectTo] = ['from', 'as', 'connectFromField', 'connectToField'].map((name) =>
    texts.get(name),
  )
  const startWith = spec.get('startWith')
  if (!from || !as || !connectFrom || !connectTo || startWith === undefined) {
    const text =
      "$graphLookup requires 'from', 'as', 'startWith', 'connectFromField', and 'connectToField' to be specified."
    throw new CommandError(40105, text)
  }
  const depthField = texts.get('depthField')
  return {
    from,
    as: parseFieldPath(as),
    startWith,
    connectFrom: parseFieldPath(connectFrom).join('.'),
    connectTo: parseFieldPath(connectTo).join('.'),
    maxDepth: readDepth(spec.get('maxDepth')),
    depthField: depthField === undefined ? undefined : parseFieldPath(depthField),
    restrict: readRestriction(spec.get('restrictSearchWithMatch')),
  }
}

function readDepth(value: BsonValue | undefined): number {
  if (value === undefined) return Infinity
  if (!isNumber(value)) {
    throw new CommandError(40100, `maxDepth must be numeric, found type: ${typeNameOf(value)}`)
  }
  const depth = toNumber(value)
  if (depth < 0) throw new CommandError(40101, `maxDepth requires a nonnegative argument, found: ${describe(value)}`)
  if (Number.isInteger(depth)) return depth
  throw new CommandError(40102, `maxDepth could not be represented as a long long: ${describe(value)}`)
}

function readRestriction(value: BsonValue | undefined): BsonDocument | undefined {
  if (value === undefined || isDocument(value)) return value
  const text = `$graphLookup restrictSearchWithMatch must be an object, found: ${typeNameOf(value)}`
  throw new CommandError(40185, text)
}
