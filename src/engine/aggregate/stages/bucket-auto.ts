import { compareValues } from '../../../bson/compare.ts'
import { isDocument, isNumber, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { describe, typeNameOf } from '../../expressions/describe.ts'
import { wholeInt } from '../../expressions/numeric/integers.ts'
import { compileAccumulators } from '../accumulate.ts'
import { compileStageExpression, scopeMaker } from '../scope.ts'
import type { StageCompiler } from '../types.ts'
import { assertGroupBy, COUNT_OUTPUT } from './bucket.ts'
import { groupStarter } from './group.ts'

interface Row {
  readonly value: BsonValue
  readonly document: BsonDocument
}

/** `$bucketAuto`: groups into so many ranges of about the same number of documents. */
export const compileBucketAuto: StageCompiler = (spec, context) => {
  if (!isDocument(spec)) {
    const text = `The argument to $bucketAuto must be an object, but found type: ${typeNameOf(spec)}.`
    throw new CommandError(40240, text)
  }
  const { groupBy, output, count } = readSpec(spec)
  const valueOf = compileStageExpression(groupBy, context)
  const start = groupStarter(compileAccumulators(output, context), context)
  const scope = scopeMaker(context)
  return function* (input) {
    const rows = [...input].map((document): Row => {
      const value = valueOf(scope(document))
      return { value: value === undefined ? null : value, document }
    })
    rows.sort((a, b) => compareValues(a.value, b.value))
    for (const { from, to } of divide(rows, count)) {
      const id = new Map([
        ['min', valueAt(rows, from)],
        // the upper bound is where the next bucket begins
        ['max', valueAt(rows, to < rows.length ? to : to - 1)],
      ])
      const bucket = start(id)
      for (const { document } of rows.slice(from, to)) bucket.add(scope(document))
      yield bucket.result()
    }
  }
}

function readSpec(spec: BsonDocument): { groupBy: BsonValue; output: BsonDocument; count: number } {
  for (const name of spec.keys()) {
    if (['groupBy', 'buckets', 'output'].includes(name)) continue
    if (name !== 'granularity') throw new CommandError(40245, `Unrecognized option to $bucketAuto: ${name}.`)
    const text = "$bucketAuto's 'granularity' is not supported by the embedded engine"
    throw new CommandError('CommandNotSupported', text)
  }
  const groupBy = spec.get('groupBy')
  const buckets = spec.get('buckets')
  if (groupBy === undefined || buckets === undefined) {
    throw new CommandError(40246, "$bucketAuto requires 'groupBy' and 'buckets' to be specified.")
  }
  assertGroupBy(groupBy, 40239, '$bucketAuto')
  if (!isNumber(buckets)) {
    const text = `The $bucketAuto 'buckets' field must be a numeric value, but found type: ${typeNameOf(buckets)}.`
    throw new CommandError(40241, text)
  }
  const count = wholeInt(buckets)
  if (count === undefined) {
    const text = `The $bucketAuto 'buckets' field must be representable as a 32-bit integer, but found ${describe(buckets)}.`
    throw new CommandError(40242, text)
  }
  if (count <= 0) {
    throw new CommandError(40243, `The $bucketAuto 'buckets' field must be greater than 0, but found: ${count}.`)
  }
  const output = spec.get('output') ?? COUNT_OUTPUT
  if (isDocument(output)) return { groupBy, output, count }
  throw new CommandError(
    40244,
    `The $bucketAuto 'output' field must be an object, but found type: ${typeNameOf(output)}.`,
  )
}

// positions are within the rows
function valueAt(rows: readonly Row[], position: number): BsonValue {
  return rows[position]?.value ?? null
}

/** Cuts sorted rows into ranges; equal values stay together. */
function divide(rows: readonly Row[], count: number): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = []
  const size = Math.max(1, Math.round(rows.length / count))
  for (let from = 0; from < rows.length;) {
    // the last bucket takes what is left
    let to = ranges.length === count - 1 ? rows.length : Math.min(from + size, rows.length)
    while (to < rows.length && compareValues(valueAt(rows, to), valueAt(rows, to - 1)) === 0) to++
    ranges.push({ from, to })
    from = to
  }
  return ranges
}
