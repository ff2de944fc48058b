import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePath, visitPath, type LeafArrays, type Visit } from '../../../src/bson/query/path.ts'
import { Int32, isDocument, type BsonDocument, type BsonValue } from '../../../src/bson/values.ts'
import { stepsSoFar } from '../../../src/bson/work-budget.ts'
import { visitNaively } from './naive-path.ts'

/** Names that are positions as well, and few, so that paths lead somewhere. */
const name = fc.constantFrom('0', '0', '1', 'a', '')

const { value: anyValue } = fc.letrec<{ value: BsonValue; array: BsonValue[]; document: BsonDocument }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 7, depthSize: 'large' },
    fc.constantFrom(null, 'x', true),
    { weight: 4, arbitrary: tie('array') },
    { weight: 3, arbitrary: tie('document') },
  ),
  array: fc.array(tie('value'), { maxLength: 3 }),
  document: fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map((fields) => new Map(fields)),
}))

/** What is put around a value: random values alone are hardly ever deep where a path goes. */
const layer = fc.constantFrom<(inner: BsonValue) => BsonValue>(
  (inner) => [inner],
  (inner) => [null, inner],
  (inner) => new Map([['0', inner]]),
  (inner) => new Map([['0', [inner]]]),
  (inner) => [new Map([['0', [inner]]]), new Map([['1', null]])],
)

function anyDocument(maxLayers: number): fc.Arbitrary<BsonDocument> {
  const deep = fc
    .tuple(fc.array(layer, { maxLength: maxLayers, size: 'max' }), anyValue)
    .map(([layers, value]) => layers.reduce<BsonValue>((inner, wrap) => wrap(inner), value))
  return fc.oneof(anyValue, deep).map((value) => new Map([['0', value]]))
}

const anyPath = fc
  .array(fc.oneof({ weight: 9, arbitrary: fc.constant('0') }, name), { maxLength: 40, size: 'max' })
  .map((parts) => ['0', ...parts])
const anyLeaf = fc.constantFrom<LeafArrays>('elements', 'whole')

/** `{0: [{0: [… 1 …]}]}`. */
function nested(depth: number): BsonDocument {
  let value: BsonValue = new Int32(1)
  for (let level = 0; level < depth; level++) value = new Map([['0', [value]]])
  return value as BsonDocument
}

function sizeOf(value: BsonValue): number {
  const items = isDocument(value) ? [...value.values()] : Array.isArray(value) ? value : []
  return items.reduce<number>((sum, item) => sum + sizeOf(item), 1)
}

/** What is visited, each once, in order. */
function visited(walk: (visit: Visit) => unknown): string[] {
  const ids = new Map<unknown, number>()
  const found = new Set<string>()
  walk((value, index) => {
    const isContainer = typeof value === 'object' && value !== null
    if (isContainer && !ids.has(value)) ids.set(value, ids.size)
    found.add(JSON.stringify([isContainer ? ids.get(value) : String(value), index ?? null]))
    return false
  })
  return [...found]
}

function stepsOf(run: () => unknown): number {
  const before = stepsSoFar()
  run()
  return stepsSoFar() - before
}

describe('a path', () => {
  it('leads to what each of its ways leads to, in their order', () => {
    fc.assert(
      fc.property(anyDocument(12), anyPath, anyLeaf, (document, path, leaf) => {
        const expected = visited((visit) => visitNaively(document, path, leaf, visit))
        expect(visited((visit) => visitPath(document, path, leaf, visit))).toEqual(expected)
      }),
      { numRuns: 3_000 },
    )
  })

  it('costs at most some steps for each of its parts and element of the document', () => {
    fc.assert(
      fc.property(anyDocument(20), anyPath, anyLeaf, (document, path, leaf) => {
        const steps = stepsOf(() => visitPath(document, path, leaf, () => false))
        expect(steps).toBeLessThanOrEqual(3 * path.length * sizeOf(document))
      }),
      { numRuns: 3_000 },
    )
  })

  it.each([20, 40, 80])('of zeros costs no more than that in arrays that are %d deep', (depth) => {
    const document = nested(depth)
    for (const length of [depth / 2, depth, depth * 2]) {
      const path = parsePath(Array.from({ length }, () => '0').join('.'))
      const steps = stepsOf(() => visitPath(document, path, 'elements', () => false))
      expect(steps).toBeLessThanOrEqual(3 * path.length * sizeOf(document))
    }
  })
})
