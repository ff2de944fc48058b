import { describe, expect, it } from 'vitest'
import { beginWork } from '../../../src/bson/work-budget.ts'
import { compareValues } from '../../../src/bson/compare.ts'
import { toKey } from '../../../src/bson/key.ts'
import { encodeDocument } from '../../../src/bson/codec/encode.ts'
import { doc, Int32, type BsonDocument } from '../../../src/bson/values.ts'
import { CommandError } from '../../../src/bson/command-error.ts'
import { compileFilter } from '../../../src/engine/query/filter.ts'
import { membership } from '../../../src/engine/query/planning.ts'
import { compileProjection } from '../../../src/engine/query/projection.ts'
import { compileSort } from '../../../src/engine/sorting/sort.ts'
import { oneOf } from '../../support/random/names.ts'
import { Random } from '../../support/random/random.ts'
import { fields, value as anyValue } from '../../support/random/values.ts'

const NAMES = ['a', 'b', 'a.b', 'a.0', '0', '__proto__', '_id']
const toFilterName = oneOf([
  ...NAMES,
  'a.$',
  '',
  '$and',
  '$or',
  '$nor',
  '$not',
  '$eq',
  '$gt',
  '$lte',
  '$ne',
  '$in',
  '$nin',
  '$exists',
  '$type',
  '$mod',
  '$size',
  '$all',
  '$elemMatch',
  '$regex',
  '$options',
  '$bitsAllSet',
  '$expr',
  '$jsonSchema',
  'required',
  'items',
  'properties',
  '$slice',
  '$meta',
  '$comment',
  '$nope',
])
const toName = oneOf(['a', 'b', '0', '__proto__', '_id', '$x', 'a.b', ''])

/** Whether a call gives a result; a CommandError is a refusal, anything else fails the test. */
function succeeds(call: () => unknown): boolean {
  try {
    call()
    return true
  } catch (error) {
    if (error instanceof CommandError) return false
    throw error
  }
}

describe('any filter', () => {
  it('compiles and matches, or is refused with an error of the server', () => {
    const random = new Random(3)
    const documents = Array.from({ length: 20 }, () => fields(random, 3, toName))
    let compiled = 0
    for (let round = 0; round < 20_000; round++) {
      beginWork()
      const filter = fields(random, 3, toFilterName)
      const ok = succeeds(() => {
        const { matches, positionIn } = compileFilter(filter)
        for (const document of documents) {
          const position = positionIn(document)
          if (position !== undefined) expect(matches(document)).toBe(true)
        }
      })
      if (ok) compiled++
      membership(filter)
    }
    expect(compiled).toBeGreaterThan(2_000)
  })

  it('of values matches exactly the documents that hold one of them', () => {
    const random = new Random(5)
    for (let round = 0; round < 5_000; round++) {
      beginWork()
      const value = anyValue(random, 1, oneOf(['x']))
      const document = doc({ a: anyValue(random, 2, oneOf(['x'])) })
      const listed = succeeds(() => compileFilter(doc({ a: doc({ $in: [value] }) })))
      if (!listed) continue
      const byList = compileFilter(doc({ a: doc({ $in: [value] }) })).matches(document)
      const byNegation = compileFilter(doc({ a: doc({ $nin: [value] }) })).matches(document)
      expect(byNegation).toBe(!byList)
    }
  })
})

describe('any projection', () => {
  it('projects to a document, or is refused with an error of the server', () => {
    const random = new Random(7)
    const filter = compileFilter(doc({ a: doc({ $exists: true }) }))
    const documents = Array.from({ length: 10 }, () => fields(random, 3, toName))
    let compiled = 0
    for (let round = 0; round < 10_000; round++) {
      beginWork()
      const spec = fields(random, 2, toFilterName)
      const ok = succeeds(() => {
        const project = compileProjection(spec, filter)
        for (const document of documents) succeeds(() => encodeDocument(project(document)))
      })
      if (ok) compiled++
    }
    expect(compiled).toBeGreaterThan(1_000)
  })
})

describe('the order of values', () => {
  const random = new Random(11)
  const values = Array.from({ length: 150 }, () => anyValue(random, 2, oneOf(['x', 'y'])))

  it('is total: every pair is ordered, both ways alike, and equal where the keys are', () => {
    for (const a of values) {
      beginWork()
      for (const b of values) {
        expect(Math.sign(compareValues(a, b))).toBe(0 - Math.sign(compareValues(b, a)))
        expect(compareValues(a, b) === 0).toBe(toKey(a) === toKey(b))
      }
    }
  })

  it('is transitive', () => {
    const sorted = [...values].sort(compareValues)
    for (const [i, a] of sorted.entries()) {
      beginWork()
      for (const b of sorted.slice(i + 1)) expect(compareValues(a, b)).toBeLessThanOrEqual(0)
    }
  })

  it('of documents by a field follows it', () => {
    const documents: BsonDocument[] = Array.from({ length: 60 }, () => fields(random, 3, oneOf(['a', 'b'])))
    const order = compileSort(doc({ 'a.b': new Int32(-1) }))
    for (const a of documents) {
      beginWork()
      for (const b of documents) expect(Math.sign(order(a, b))).toBe(0 - Math.sign(order(b, a)))
    }
  })
})
