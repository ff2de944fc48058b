import { toKey } from '../../../bson/key.ts'
import { isDocument, isNumber, Long, toNumber, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { namedArguments } from '../../expressions/arguments.ts'
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

const SPEC = {
  notObject: 40327,
  unknown: 40104,
  fields: {
    from: 40105,
    as: 40105,
    startWith: 40105,
    connectFromField: 40105,
    connectToField: 40105,
    depthField: 'optional',
    maxDepth: 'optional',
    restrictSearchWithMatch: 'optional',
  },
} as const

function readSpec(spec: BsonValue): GraphSpec {
  const given = namedArguments(spec, '$graphLookup', SPEC)
  const text = (name: keyof typeof given): string => {
    const value = given[name]
    if (typeof value === 'string') return value
    throw new CommandError(40103, `expected string as argument for ${name}, found: ${describe(value)}`)
  }
  const restrict = given.restrictSearchWithMatch
  if (restrict !== undefined && !isDocument(restrict)) {
    const found = `$graphLookup restrictSearchWithMatch must be an object, found: ${typeNameOf(restrict)}`
    throw new CommandError(40185, found)
  }
  return {
    from: text('from'),
    as: parseFieldPath(text('as')),
    startWith: given.startWith ?? null,
    connectFrom: parseFieldPath(text('connectFromField')).join('.'),
    connectTo: parseFieldPath(text('connectToField')).join('.'),
    maxDepth: readDepth(given.maxDepth),
    depthField: given.depthField === undefined ? undefined : parseFieldPath(text('depthField')),
    restrict,
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
