import { performance } from 'node:perf_hooks'
import { describe, expect, it, vi } from 'vitest'
import { encodeDocument } from '../../../../src/bson/codec/encode.ts'
import { LazyDocument } from '../../../../src/bson/codec/lazy-document.ts'
import { doc, Int32, type BsonDocument, type BsonValue } from '../../../../src/bson/values.ts'
import { TooManySteps, withinSteps } from '../../../../src/bson/work-budget.ts'
import { readEjsonDocument } from '../../../../src/relay/changes/read-ejson.ts'
import { compileWhere } from '../../../../src/relay/changes/where.ts'

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)
const range = (count: number): BsonValue => upTo(count).map((i) => new Int32(i))

function nest(levels: number, wrap: (inner: BsonValue) => BsonValue, inner: BsonValue): BsonValue {
  return upTo(levels).reduce<BsonValue>((value) => wrap(value), inner)
}

/** `{a: {$elemMatch: {a: {$elemMatch: … }}}}`, by any path. */
function elementsOf(path: string, levels: number): object {
  return upTo(levels).reduce<object>((inner) => ({ [path]: { $elemMatch: inner } }), { [path]: 'none' })
}

const anyOf = (operator: string, count: number, path = 'a') => ({
  [operator]: upTo(count).map((i) => ({ [path]: -1 - i })),
})
/** Conditions that are all looked at for each number. */
const within = upTo(89).reduce<object>((inner) => ({ $gte: -1, $not: inner }), { $gte: -1 })
/** Documents in arrays, two ways into each: as many ways to the bottom as two to the power of their depth. */
const zeros = nest(60, (inner) => new Map([['0', [inner]]]), new Map()) as BsonDocument
/** Three elements in each array, and so many at the bottom that a walk over all of them takes long. */
const bushy = nest(9, (inner) => new Map([['a', [inner, inner, inner]]]), new Map()) as BsonDocument

/** Filters within all limits that look at no end of values, with documents of a few KB. */
const CONSUMERS: readonly (readonly [title: string, filter: object, document: BsonDocument])[] = [
  ['nested $elemMatch by positions', elementsOf('0.0.0', 20), zeros],
  [
    'nested $elemMatch with $not',
    { $nor: [{ '0': { $not: { $elemMatch: elementsOf('0.0.0', 16) } } }, elementsOf('0.0.0', 20)] },
    zeros,
  ],
  ['$elemMatch in $all', { 0: { $all: upTo(5).map(() => ({ $elemMatch: elementsOf('0.0.0', 16) })) } }, zeros],
  ['nested $elemMatch by names', elementsOf('a', 9), bushy],
  ['$or of many terms', anyOf('$or', 499), doc({ a: range(20_000) })],
  ['$nor of many terms', anyOf('$nor', 499), doc({ a: range(20_000) })],
  ['$or in $elemMatch', { a: { $elemMatch: anyOf('$or', 400, 'b') } }, doc({ a: upTo(5_000).map(() => new Map()) })],
  [
    '$nor in $elemMatch',
    { a: { $elemMatch: { $and: [anyOf('$nor', 400, 'b'), { b: 1 }] } } },
    doc({ a: upTo(5_000).map(() => new Map()) }),
  ],
  [
    '$or of values in $elemMatch',
    { a: { $elemMatch: { $not: { $not: { $gt: -1, $lt: 0 } } } } },
    doc({ a: range(60_000) }),
  ],
  [
    'comments',
    { a: { $elemMatch: { $and: [...upTo(240).map(() => ({ $comment: '' })), { b: 1 }] } } },
    doc({ a: upTo(500).map(() => new Map()) }),
  ],
  ['conditions within $not in $elemMatch', { a: { $elemMatch: within } }, doc({ a: range(1_000) })],
  [
    'empty filters',
    { a: { $elemMatch: { $and: [...upTo(480).map(() => ({})), { b: 1 }] } } },
    doc({ a: upTo(500).map(() => new Map()) }),
  ],
  ['$ne of many terms', { $and: upTo(249).map((i) => ({ a: { $ne: -1 - i } })) }, doc({ a: range(30_000) })],
  ['$type of many terms', { $or: upTo(249).map(() => ({ a: { $type: 'string' } })) }, doc({ a: range(30_000) })],
  [
    '$size and $exists of many paths',
    { $or: upTo(249).map(() => ({ 'a.b': { $size: 7 } })) },
    doc({ a: upTo(30_000).map(() => new Map()) }),
  ],
]

describe('a filter that looks at no end of values', () => {
  it.each(CONSUMERS)('ends by its steps, and not by the clock: %s', (_title, filter, document) => {
    const maxSteps = 50_000
    const matches = compileWhere(readEjsonDocument(filter, '`where`'))
    const event = new LazyDocument(encodeDocument(document))
    event.decode()
    const clock = vi.spyOn(performance, 'now')
    try {
      expect(() => withinSteps(maxSteps, () => matches(event))).toThrow(TooManySteps)
      expect(clock).not.toHaveBeenCalled()
    } finally {
      clock.mockRestore()
    }
  })
})
