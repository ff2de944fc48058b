import { compareValues, typeRank } from '../../../bson/compare.ts'
import { Int32, isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { createScope } from '../../expressions/expression.ts'
import { describe, typeNameOf } from '../../expressions/describe.ts'
import { compileAccumulators } from '../accumulate.ts'
import { compileStageExpression, scopeMaker, scopeVariables } from '../scope.ts'
import type { PipelineContext, StageCompiler } from '../types.ts'
import { groupStarter, type GroupBuilder } from './group.ts'

/** What buckets hold when nothing else is asked for. */
export const COUNT_OUTPUT: BsonDocument = new Map([['count', new Map([['$sum', new Int32(1)]])]])

/** `$bucket`: groups by the ranges between given boundaries; each has its lower boundary as `_id`. */
export const compileBucket: StageCompiler = (spec, context) => {
  if (!isDocument(spec)) {
    throw new CommandError(40201, `Argument to $bucket stage must be an object, but found type: ${typeNameOf(spec)}.`)
  }
  const { groupBy, output, boundaries, fallback } = readSpec(spec, context)
  const valueOf = compileStageExpression(groupBy, context)
  const accumulators = compileAccumulators(output, context)
  const start = groupStarter(accumulators, context)
  const scope = scopeMaker(context)
  return function* (input) {
    const buckets = new Map<number, GroupBuilder>()
    for (const document of input) {
      const current = scope(document)
      const value = valueOf(current)
      const position = findBucket(boundaries, value === undefined ? null : value)
      const id = position < 0 ? fallback : boundaries[position]
      if (id === undefined) {
        const text = '$switch could not find a matching branch for an input, and no default was specified.'
        throw new CommandError(40066, text)
      }
      let bucket = buckets.get(position)
      if (!bucket) buckets.set(position, (bucket = start(id)))
      bucket.add(current)
    }
    const built = [...buckets.values()].map((bucket) => bucket.result())
    yield* built.toSorted((a, b) => compareValues(a.get('_id') as BsonValue, b.get('_id') as BsonValue))
  }
}

interface BucketSpec {
  readonly groupBy: BsonValue
  readonly output: BsonDocument
  readonly boundaries: readonly BsonValue[]
  readonly fallback: BsonValue | undefined
}

function readSpec(spec: BsonDocument, context: PipelineContext): BucketSpec {
  for (const name of spec.keys()) {
    if (!['groupBy', 'boundaries', 'default', 'output'].includes(name)) {
      throw new CommandError(40197, `Unrecognized option to $bucket: ${name}.`)
    }
  }
  const groupBy = spec.get('groupBy')
  if (groupBy === undefined || !spec.has('boundaries')) {
    throw new CommandError(40198, "$bucket requires 'groupBy' and 'boundaries' to be specified.")
  }
  assertGroupBy(groupBy, 40202, '$bucket')
  const output = spec.get('output') ?? COUNT_OUTPUT
  if (!isDocument(output)) {
    const text = `The $bucket 'output' field must be an object, but found type: ${typeNameOf(output)}.`
    throw new CommandError(40196, text)
  }
  const constant = (value: BsonValue): BsonValue | undefined =>
    compileStageExpression(value, context)(createScope(new Map(), scopeVariables(context)))
  const boundaries = readBoundaries(spec.get('boundaries') ?? null).map((boundary) => constant(boundary) ?? null)
  assertAscending(boundaries)
  const fallbackSpec = spec.get('default')
  const fallback = fallbackSpec === undefined ? undefined : constant(fallbackSpec)
  if (fallback !== undefined && findBucket(boundaries, fallback) >= 0) {
    const text =
      "The $bucket 'default' field must be less than the lowest boundary or greater than or equal to the highest boundary."
    throw new CommandError(40199, text)
  }
  return { groupBy, output, boundaries, fallback }
}

/**
 * Checks that documents are grouped by something that depends on them.
 * @throws CommandError with `code`
 */
export function assertGroupBy(groupBy: BsonValue, code: number, stage: string): void {
  if (typeof groupBy === 'string' && groupBy.startsWith('$')) return
  if (isDocument(groupBy) && [...groupBy.keys()][0]?.startsWith('$')) return
  const text = `The ${stage} 'groupBy' field must be defined as a $-prefixed path or an expression, but found: ${describe(groupBy)}.`
  throw new CommandError(code, text)
}

function readBoundaries(value: BsonValue): BsonValue[] {
  if (!Array.isArray(value)) {
    const text = `The $bucket 'boundaries' field must be an array, but found type: ${typeNameOf(value)}.`
    throw new CommandError(40200, text)
  }
  if (value.length < 2) {
    const text = `The $bucket 'boundaries' field must have at least 2 values, but found ${value.length} value(s).`
    throw new CommandError(40192, text)
  }
  return value
}

function assertAscending(boundaries: readonly BsonValue[]): void {
  for (const [i, upper] of boundaries.entries()) {
    const lower = boundaries[i - 1]
    if (lower === undefined) continue
    if (typeRank(lower) !== typeRank(upper)) {
      const text = `All values in the the 'boundaries' option to $bucket must have the same type. Found conflicting types ${typeNameOf(lower)} and ${typeNameOf(upper)}.`
      throw new CommandError(40193, text)
    }
    if (compareValues(lower, upper) >= 0) {
      const text = `The 'boundaries' option to $bucket must be sorted, but elements ${i - 1} and ${i} are not in ascending order (${describe(lower)} is not less than ${describe(upper)}).`
      throw new CommandError(40194, text)
    }
  }
}

/** The position of the bucket that a value falls into; -1 for none. */
function findBucket(boundaries: readonly BsonValue[], value: BsonValue): number {
  for (let i = 0; i + 1 < boundaries.length; i++) {
    if (compareValues(value, boundaries[i] as BsonValue) < 0) return -1
    if (compareValues(value, boundaries[i + 1] as BsonValue) < 0) return i
  }
  return -1
}
