import { describe, expect, it } from 'vitest'
import { show } from '../../../support/documents.ts'
import { apply, described } from '../updating.ts'

describe('what a change event says of an update by operators', () => {
  it.each([
    ['a changed field', { $set: { n: 2 } }, { n: 1 }, '{n: 2}'],
    ['changed before new fields', { $inc: { m: 1, n: 5 } }, { n: 2 }, '{n: 7, m: 1}'],
    [
      'new fields before those further down',
      { $set: { 'o.q.r': 5, 'o.new.deep': true } },
      { o: { q: { r: 2 } } },
      '{o.new: {deep: true}, o.q.r: 5}',
    ],
    [
      'fields further down after all others',
      { $set: { 'a.x': 1, z: 1, b: 1 } },
      { a: { x: 0 }, z: 0 },
      '{z: 1, b: 1, a.x: 1}',
    ],
    ['a new document as a whole', { $set: { 'a.b.c': 1, 'a.b.d': 2 } }, {}, '{a: {b: {c: 1, d: 2}}}'],
    ['a removed field', { $unset: { s: 1 } }, { s: 1 }, '{} -s'],
    ['a removed field further down', { $unset: { 'o.q': 1, z: 1 } }, { o: { q: 1 }, z: 1 }, '{} -z,o.q'],
    ['a renamed field', { $rename: { m: 'mm' } }, { m: 1 }, '{mm: 1} -m'],
    [
      'a field renamed between documents',
      { $rename: { 'a.x': 'b.y' }, $set: { 'a.z': 1 } },
      { a: { x: 1 }, b: { y: 0 } },
      '{a.z: 1, b.y: 1} -a.x',
    ],
    [
      'removed fields in the order of the update',
      { $rename: { a: 'z' }, $unset: { b: 1 } },
      { a: 1, b: 1 },
      '{z: 1} -b,a',
    ],
    ['an appended element', { $push: { a: 4 } }, { a: [1, 2, 3] }, '{a.3: 4}'],
    ['appended elements', { $push: { a: { $each: [4, 5] } } }, { a: [1] }, '{a.1: 4, a.2: 5}'],
    ['an element appended within its limit', { $push: { a: { $each: [4], $slice: 9 } } }, { a: [1] }, '{a.1: 4}'],
    ['the first element of an empty array', { $push: { a: 4 } }, { a: [] }, '{a: [4]}'],
    ['an array that was created', { $push: { a: 4 } }, {}, '{a: [4]}'],
    [
      'an element at the position of the end',
      { $push: { a: { $each: [4], $position: 1 } } },
      { a: [1] },
      '{a: [1, 4]}',
    ],
    ['elements in front', { $push: { a: { $each: [9], $position: 0 } } }, { a: [1] }, '{a: [9, 1]}'],
    ['an array that was cut', { $push: { a: { $each: [9], $slice: -1 } } }, { a: [1] }, '{a: [9]}'],
    ['a sorted array', { $push: { a: { $each: [9], $sort: 1 } } }, { a: [1] }, '{a: [1, 9]}'],
    ['a set', { $addToSet: { a: 9 } }, { a: [1] }, '{a: [1, 9]}'],
    ['an array without its last element', { $pop: { a: 1 } }, { a: [1, 2] }, '{a: [1]}'],
    ['an array without some elements', { $pull: { a: 1 } }, { a: [1, 2] }, '{a: [2]}'],
    ['an element beyond the end', { $set: { 'a.5': 'gap' } }, { a: [1] }, '{a.5: "gap"}'],
    ['a new document in an array', { $set: { 'a.1.b': 1 } }, { a: [1] }, '{a.1: {b: 1}}'],
    ['an element', { $set: { 'a.1.v': 1 } }, { a: [0, { v: 0 }] }, '{a.1.v: 1}'],
    [
      'elements in the order of their indexes',
      { $set: { 'a.10': 1, 'a.2': 1 } },
      { a: Array.from({ length: 11 }, () => 0) },
      '{a.2: 1, a.10: 1}',
    ],
    ['an element that became null', { $unset: { 'a.0': 1 } }, { a: [1, 2] }, '{a.0: null}'],
    ['several elements: the array', { $inc: { 'a.$[].v': 1 } }, { a: [{ v: 1 }, { v: 2 }] }, '{a: [{v: 2}, {v: 3}]}'],
    ['the only element: its field', { $inc: { 'a.$[].v': 1 } }, { a: [{ v: 1 }] }, '{a.0.v: 2}'],
    ['one of several: the element', { $set: { 'a.$[].v': 2 } }, { a: [{ v: 1 }, { v: 2 }] }, '{a.0: {v: 2}}'],
    ['a timestamp', { $currentDate: { t: { $type: 'timestamp' } } }, {}, '{t: Timestamp(9, 9)}'],
  ])('names %s', (_title, update, before, expected) => {
    expect(described(update, before)).toBe(expected)
  })

  it('names a field of the element that an array filter chose', () => {
    const setting = { arrayFilters: [{ 'e.k': 2 }] }
    expect(described({ $set: { 'a.$[e].v': 0 } }, { a: [{ k: 1 }, { k: 2 }] }, setting)).toBe('{a.1.v: 0}')
  })

  it('names a field of the element that the query matched', () => {
    expect(described({ $set: { 'a.$.v': 1 } }, { a: [{ k: 1 }, { k: 2, v: 0 }] }, { filter: { 'a.k': 2 } })).toBe(
      '{a.1.v: 1}',
    )
  })

  it('says what the parts of ambiguous paths are', () => {
    const result = apply(
      { $set: { 'o.0': 1, 'o.1.x': 1, 'l.0.1': 1, 'l.1': 2, plain: 1 } },
      { o: { 1: {} }, l: [{ 1: 0 }, 0] },
    )
    const paths = result.changed && result.description ? show(result.description.disambiguatedPaths) : ''
    expect(paths).toBe('{l.0.1: ["l", 0, "1"], o.0: ["o", "0"], o.1.x: ["o", "1", "x"]}')
  })
})
