import { compareValues } from '../../../bson/compare.ts'
import { toKey } from '../../../bson/key.ts'
import type { BsonDocument, BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { readPath } from '../../expressions/field-path.ts'
import { isNullish } from '../../../bson/truth.ts'
import { setAt } from '../fields.ts'
import type { StageCompiler } from '../types.ts'
import { readDensify, type DensifySpec } from './densify-spec.ts'

/** How many documents the stage may add, as on a real server. */
const MAX_ADDED = 500_000

interface Row {
  readonly document: BsonDocument
  readonly value: BsonValue
}

/** `$densify`: adds documents where a series of numbers or dates has gaps. Holds all documents. */
export const compileDensify: StageCompiler = (spec) => {
  const densify = readDensify(spec)
  const { path, bounds } = densify
  return function* (input) {
    const parts = partitionsOf(input, densify)
    const all = parts.flatMap((part) => toRows(part, densify))
    const fullEnds = bounds === 'full' ? endsOf(all) : undefined
    const count = counter()
    for (const part of parts) {
      for (const document of part) if (isNullish(readPath(document, path))) yield document
      const rows = toRows(part, densify)
      const ends =
        typeof bounds === 'string' ? (fullEnds ?? endsOf(rows)) : { from: bounds[0], to: bounds[1], closed: false }
      if (ends) yield* filled(rows, ends, densify, count, part[0])
    }
  }
}

/** The documents that share the partition's fields, in the order of those. */
function partitionsOf(input: Iterable<BsonDocument>, { partitions, bounds }: DensifySpec): BsonDocument[][] {
  const parts = new Map<string, { readonly values: BsonValue[]; readonly documents: BsonDocument[] }>()
  for (const document of input) {
    const values = partitions.map((path) => readPath(document, path) ?? null)
    const key = toKey(values)
    const part = parts.get(key)
    if (part) part.documents.push(document)
    else parts.set(key, { values, documents: [document] })
  }
  // given bounds are filled even where there is nothing
  if (parts.size === 0 && typeof bounds !== 'string' && partitions.length === 0) return [[]]
  const ordered = [...parts.values()].sort((a, b) => compareValues(a.values, b.values))
  return ordered.map(({ documents }) => documents)
}

function counter(): () => void {
  let added = 0
  return () => {
    if (++added <= MAX_ADDED) return
    const text = `Generated ${added} documents in $densify, which is over the limit of ${MAX_ADDED}. Increase the 'internalQueryMaxAllowedDensifyDocs' parameter to allow for more generated documents`
    throw new CommandError(5897900, text)
  }
}

/** The documents that have a value, in its order. */
function toRows(documents: readonly BsonDocument[], { path, step }: DensifySpec): Row[] {
  const rows: Row[] = []
  for (const document of documents) {
    const value = readPath(document, path)
    if (!isNullish(value)) rows.push({ document, value: step.check(value) })
  }
  return rows.sort((a, b) => compareValues(a.value, b.value))
}

interface Ends {
  readonly from: BsonValue
  readonly to: BsonValue
  /** Whether the upper end itself belongs to the series. */
  readonly closed: boolean
}

function endsOf(rows: readonly Row[]): Ends | undefined {
  const [first, last] = [rows[0], rows.at(-1)]
  if (!first || !last) return undefined
  const values = rows.map(({ value }) => value)
  const from = values.reduce((least, value) => (compareValues(value, least) < 0 ? value : least))
  const to = values.reduce((most, value) => (compareValues(value, most) > 0 ? value : most))
  return { from, to, closed: true }
}

function* filled(
  rows: readonly Row[],
  { from, to, closed }: Ends,
  { path, partitions, step }: DensifySpec,
  count: () => void,
  sample: BsonDocument | undefined,
): Generator<BsonDocument> {
  let next = 0
  const upTo = function* (limit: BsonValue): Generator<BsonDocument> {
    for (let row = rows[next]; row && compareValues(row.value, limit) < 0; row = rows[++next]) yield row.document
  }
  for (let i = 0; ; i++) {
    const value = step.at(from, i)
    const order = compareValues(value, to)
    if (order > 0 || (order === 0 && !closed)) break
    yield* upTo(value)
    const row = rows[next]
    if (row && compareValues(row.value, value) === 0) continue
    count()
    yield setAt(partitionFields(sample, partitions), path, value)
  }
  for (; next < rows.length; next++) yield (rows[next] as Row).document
}

function partitionFields(sample: BsonDocument | undefined, partitions: DensifySpec['partitions']): BsonDocument {
  return partitions.reduce((document: BsonDocument, partition) => {
    const value = sample && readPath(sample, partition)
    return value === undefined ? document : setAt(document, partition, value)
  }, new Map())
}
