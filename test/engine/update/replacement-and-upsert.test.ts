import { describe, expect, it } from 'vitest'
import { BSONRegExp, Timestamp } from '../../../src/bson/values.ts'
import { documentOf, show } from '../../support/documents.ts'
import { codeOf } from '../query/matching.ts'
import { after, apply, compile, described, failure } from './updating.ts'

const EMPTY = new Timestamp({ t: 0, i: 0 })

describe('a replacement', () => {
  it('keeps the _id, in front', () => {
    expect(after({ b: 2 }, { _id: 1, a: 1 })).toBe('{_id: 1, b: 2}')
    expect(after({ b: 2, _id: 1 }, { _id: 1, a: 1 })).toBe('{_id: 1, b: 2}')
    expect(after({}, { _id: 1, a: 1 })).toBe('{_id: 1}')
  })

  it('counts as a change and is logged whole, even when nothing differs', () => {
    expect(described({ a: 1 }, { _id: 1, a: 1 })).toBe('replaced')
  })

  it('takes an equal _id of another type', () => {
    expect(after({ _id: 1, a: 1 }, { _id: 1 })).toBe('{_id: 1, a: 1}')
    expect(apply({ _id: 1.0, a: 1 }, { _id: 1 }).changed).toBe(true)
  })

  it('gives empty timestamps at the top the cluster time', () => {
    expect(after({ t: EMPTY, o: { t: EMPTY } }, { _id: 1 })).toBe(
      '{_id: 1, t: Timestamp(9, 9), o: {t: Timestamp(0, 0)}}',
    )
  })

  it('refuses another _id, operators among fields, and many documents', () => {
    expect(failure({ _id: 9, a: 1 }, { _id: 1 })).toBe(66)
    expect(failure({ a: 1, $set: { b: 1 } }, { _id: 1 })).toBe(52)
    expect(failure({ a: 1 }, { _id: 1 }, { multi: true })).toBe(9)
  })
})

function upserted(update: Record<string, unknown>, filter: Record<string, unknown>): string {
  return show(compile(update).upsert(documentOf(filter)))
}

describe('an upsert', () => {
  it.each([
    ['equalities of the filter, by name', { $set: { w: 1 } }, { z: 1, a: { $eq: 2 } }, '{a: 2, z: 1, w: 1}'],
    ['dotted paths as documents', { $set: { w: 1 } }, { 'p.q': 3, 'p.r': 4 }, '{p: {q: 3, r: 4}, w: 1}'],
    ['_id first', { $set: { a: 1 } }, { z: 1, _id: 7 }, '{_id: 7, z: 1, a: 1}'],
    [
      '_id of the update first',
      { $set: { _id: 3, w: 1 } },
      { k: { $eq: 'y' }, m: { $gt: 1 }, 'p.q': 3 },
      '{_id: 3, k: "y", p: {q: 3}, w: 1}',
    ],
    ['what is inside $and', { $set: { w: 1 } }, { $and: [{ a: 1 }, { b: 2 }] }, '{a: 1, b: 2, w: 1}'],
    ['the only filter of $or', { $set: { w: 1 } }, { $or: [{ a: 1 }] }, '{a: 1, w: 1}'],
    ['nothing of several filters', { $set: { w: 1 } }, { $or: [{ a: 1 }, { b: 1 }], $nor: [{ c: 1 }] }, '{w: 1}'],
    [
      'single values of $in and $all',
      { $set: { w: 1 } },
      { a: { $in: [1] }, b: { $all: [2] }, c: { $in: [1, 2] } },
      '{a: 1, b: 2, w: 1}',
    ],
    [
      'nothing of other conditions',
      { $set: { w: 1 } },
      { a: { $gt: 1 }, b: new BSONRegExp('x'), c: { $not: { $eq: 1 } } },
      '{w: 1}',
    ],
    ['$setOnInsert', { $set: { a: 1 }, $setOnInsert: { b: 2 } }, { _id: 1 }, '{_id: 1, a: 1, b: 2}'],
    ['operators on what the filter gave', { $inc: { n: 5 }, $push: { l: 1 } }, { n: 2 }, '{n: 7, l: [1]}'],
    ['only the _id beside a replacement', { v: 1 }, { _id: 2, k: 'x' }, '{_id: 2, v: 1}'],
    ['an _id of null', { _id: null, v: 1 }, {}, '{_id: null, v: 1}'],
    ['a replacement without _id', { v: 1 }, { k: 'x' }, '{v: 1}'],
    ['null', { $set: { w: 1 } }, { a: null }, '{a: null, w: 1}'],
  ])('inserts %s', (_title, update, filter, expected) => {
    expect(upserted(update, filter)).toBe(expected)
  })

  it('runs a pipeline on what the filter gave', () => {
    const update = compile([{ $set: { b: 1 } }], { runPipeline: (_stages, input) => new Map([...input, ['b', true]]) })
    expect(show(update.upsert(documentOf({ a: 1, _id: 5 })))).toBe('{_id: 5, a: 1, b: true}')
  })

  it.each([
    ['a path matched twice', { $set: { w: 1 } }, { $and: [{ a: 1 }, { a: 2 }] }, 54],
    ['a path inside another one', { $set: { w: 1 } }, { a: { b: 1 }, 'a.c': 2 }, 54],
    ['$expr', { $set: { w: 1 } }, { $expr: true }, 224],
    ['two values of $all', { $set: { w: 1 } }, { a: { $all: [1, 2] } }, 54],
    ['another _id than the filter', { $set: { _id: 2 } }, { _id: 1 }, 66],
    ['another _id than the filter in a replacement', { _id: 2 }, { _id: 1 }, 66],
    ['part of an _id beside a replacement', { v: 1 }, { '_id.x': 1 }, 111],
    ['$ without a match', { $set: { 'a.$': 1 } }, { a: [1] }, 2],
    ['a field below what the filter gave', { $set: { 'a.b': 1 } }, { a: 1 }, 28],
  ])('refuses %s', (_title, update, filter, code) => {
    expect(codeOf(() => upserted(update, filter))).toBe(code)
  })
})

describe('an update', () => {
  it('leaves its argument as it is, and may be applied again', () => {
    const before = documentOf({ _id: 1, a: [1, { x: 1 }], o: { p: 1 } })
    const text = show(before)
    const update = compile({ $push: { a: 1 }, $set: { 'o.p': 2 }, $unset: { z: 1 } })
    const results = [update.apply(before, undefined), update.apply(before, undefined)]
    expect(show(before)).toBe(text)
    expect(results.map((result) => result.changed && show(result.after))).toEqual([
      '{_id: 1, a: [1, {x: 1}, 1], o: {p: 2}}',
      '{_id: 1, a: [1, {x: 1}, 1], o: {p: 2}}',
    ])
  })

  it('shares what it does not change', () => {
    const before = documentOf({ _id: 1, kept: { x: 1 }, o: { p: 1 } })
    const result = compile({ $set: { 'o.p': 2 } }).apply(before, undefined)
    expect(result.changed && result.after.get('kept')).toBe(before.get('kept'))
  })
})
