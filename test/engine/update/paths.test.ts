import { describe, expect, it } from 'vitest'
import { after, failure } from './updating.ts'

describe('the positional operators', () => {
  it('$ is the element that the query matched', () => {
    const before = { a: [{ k: 1 }, { k: 2 }] }
    expect(after({ $set: { 'a.$.v': 9 } }, before, { filter: { 'a.k': 2 } })).toBe('{a: [{k: 1}, {k: 2, v: 9}]}')
    expect(after({ $set: { 'a.$': 9 } }, { a: [1, 2] }, { filter: { a: { $gt: 1 } } })).toBe('{a: [1, 9]}')
    expect(after({ $unset: { 'a.$': 1 } }, { a: [1, 2] }, { filter: { a: 2 } })).toBe('{a: [1, null]}')
  })

  it('$ and an index may name the same element, unless they set the same field', () => {
    const update = { $set: { 'a.$.x': 1, 'a.1.y': 2 } }
    expect(after(update, { a: [{ k: 1 }, { k: 2 }] }, { filter: { 'a.k': 2 } })).toBe(
      '{a: [{k: 1}, {k: 2, x: 1, y: 2}]}',
    )
    expect(failure({ $set: { 'a.$': 1, 'a.1': 2 } }, { a: [0, 7] }, { filter: { a: 7 } })).toBe(40)
    expect(after({ $set: { 'a.$': 1, 'a.1': 2 } }, { a: [7, 0] }, { filter: { a: 7 } })).toBe('{a: [1, 2]}')
  })

  it('$[] is every element', () => {
    expect(after({ $inc: { 'a.$[]': 1 } }, { a: [1, 2] })).toBe('{a: [2, 3]}')
    expect(after({ $set: { 'a.$[].b.$[].c': 1 } }, { a: [{ b: [{}, {}] }, { b: [] }] })).toBe(
      '{a: [{b: [{c: 1}, {c: 1}]}, {b: []}]}',
    )
    expect(after({ $set: { 'a.$[]': 1 } }, { a: [] })).toBe('unchanged')
    expect(after({ $set: { 'a.$[]': 1 } }, { a: [1, 1] })).toBe('unchanged')
  })

  it('$[name] is each element that the filter of that name matches', () => {
    const filters = { arrayFilters: [{ e: { $gt: 1 } }] }
    expect(after({ $set: { 'a.$[e]': 0 } }, { a: [1, 2, 3] }, filters)).toBe('{a: [1, 0, 0]}')
    const byField = { arrayFilters: [{ 'e.k': 1, 'e.v': { $lt: 5 } }] }
    expect(
      after(
        { $set: { 'a.$[e].v': 9 } },
        {
          a: [
            { k: 1, v: 1 },
            { k: 1, v: 7 },
          ],
        },
        byField,
      ),
    ).toBe('{a: [{k: 1, v: 9}, {k: 1, v: 7}]}')
    const logical = { arrayFilters: [{ $or: [{ 'e.k': 1 }, { 'e.k': 3 }] }] }
    expect(after({ $set: { 'a.$[e].k': 0 } }, { a: [{ k: 1 }, { k: 2 }, { k: 3 }] }, logical)).toBe(
      '{a: [{k: 0}, {k: 2}, {k: 0}]}',
    )
  })

  it('several filters act together on one element', () => {
    const filters = { arrayFilters: [{ 'x.k': { $gt: 0 } }, { 'y.k': { $gt: 1 } }] }
    expect(after({ $set: { 'a.$[x].p': 1, 'a.$[y].q': 2 } }, { a: [{ k: 1 }, { k: 2 }] }, filters)).toBe(
      '{a: [{k: 1, p: 1}, {k: 2, p: 1, q: 2}]}',
    )
    expect(failure({ $set: { 'a.$[x].p': 1, 'a.$[y].p': 2 } }, { a: [{ k: 2 }] }, filters)).toBe(40)
  })

  it.each([
    ['$ without a match in an array', { $set: { 'a.$': 1 } }, { a: [1] }, {}, 2],
    ['$ twice', { $set: { 'a.$.b.$': 1 } }, {}, {}, 2],
    ['$ at the start', { $set: { '$.a': 1 } }, {}, {}, 2],
    ['$[] at the start', { $set: { '$[].a': 1 } }, {}, {}, 2],
    ['$[] of a missing field', { $set: { 'a.$[]': 1 } }, {}, {}, 2],
    ['$[] of what is no array', { $set: { 'a.$[]': 1 } }, { a: 1 }, {}, 2],
    ['$[name] without its filter', { $set: { 'a.$[e]': 1 } }, { a: [] }, {}, 2],
    ['a filter that is not used', { $set: { a: 1 } }, {}, { arrayFilters: [{ e: 1 }] }, 9],
    ['two filters of one name', { $set: { 'a.$[e]': 1 } }, {}, { arrayFilters: [{ e: 1 }, { e: 2 }] }, 9],
    ['a filter of two names', { $set: { 'a.$[e]': 1 } }, {}, { arrayFilters: [{ e: 1, f: 2 }] }, 9],
    ['a filter without a name', { $set: { 'a.$[e]': 1 } }, {}, { arrayFilters: [{}] }, 9],
    ['a filter with $expr', { $set: { 'a.$[e]': 1 } }, {}, { arrayFilters: [{ e: 1, $expr: true }] }, 224],
    ['a filter with an invalid name', { $set: { 'a.$[E]': 1 } }, {}, { arrayFilters: [{ E: 1 }] }, 2],
    ['array filters with a replacement', { a: 1 }, {}, { arrayFilters: [{ e: 1 }] }, 9],
  ])('refuse %s', (_title, update, before, setting, code) => {
    expect(failure(update, before, setting)).toBe(code)
  })
})

describe('paths', () => {
  it.each([
    ['an empty path', { $set: { '': 1 } }, {}, 56],
    ['an empty part', { $set: { 'a..b': 1 } }, {}, 56],
    ['a path that ends with a dot', { $set: { 'a.': 1 } }, {}, 56],
    ['a top-level name with $', { $set: { $a: 1 } }, {}, 52],
    ['the same path twice', { $set: { a: 1 }, $inc: { a: 1 } }, {}, 40],
    ['a path inside another one', { $set: { a: 1, 'a.b': 2 } }, {}, 40],
    ['a path above another one', { $set: { 'a.b': 1, a: 2 } }, {}, 40],
    ['a name and $[] of one field', { $set: { 'a.b': 1, 'a.$[].c': 2 } }, {}, 40],
    ['the target of a rename', { $set: { b: 1 }, $rename: { a: 'b' } }, {}, 40],
    ['the source of a rename', { $rename: { a: 'b' }, $set: { 'a.x': 1 } }, {}, 40],
    ['a field below a scalar', { $set: { 'a.b': 1 } }, { a: 1 }, 28],
    ['a field below null', { $set: { 'a.b': 1 } }, { a: null }, 28],
    ['a field far below a scalar', { $inc: { 'a.b.c.d': 1 } }, { a: { b: 'x' } }, 28],
    ['a name in an array', { $set: { 'a.b': 1 } }, { a: [] }, 28],
    ['an index with a leading zero in an array', { $push: { 'a.01': 1 } }, { a: [] }, 28],
    ['too many nulls', { $set: { 'a.1500002': 1 } }, { a: [0] }, 34],
    ['an unknown operator', { $foo: { a: 1 } }, {}, 9],
    ['an operator without fields', { $set: 1 }, {}, 9],
    ['a field among operators', { $set: { a: 1 }, b: 1 }, {}, 9],
  ])('refuse %s', (_title, update, before, code) => {
    expect(failure(update, before)).toBe(code)
  })

  it.each([
    ['another _id', { $set: { _id: 9 } }],
    ['an equal _id of another type', { $set: { _id: 1.5 } }],
    ['a larger _id', { $inc: { _id: 1 } }],
    ['no _id', { $unset: { _id: 1 } }],
    ['the _id under another name', { $rename: { _id: 'x' } }],
  ])('refuse %s', (_title, update) => {
    expect(failure(update, { _id: 1 })).toBe(66)
  })

  it('refuse a change inside the _id', () => {
    expect(failure({ $set: { '_id.x': 2 } }, { _id: { x: 1 } })).toBe(66)
    expect(failure({ $set: { '_id.y': 2 } }, { _id: { x: 1 } })).toBe(66)
    expect(failure({ $set: { '_id.y': 2 } }, { _id: 1 })).toBe(28)
  })

  it('take the identical _id for no change', () => {
    expect(after({ $set: { _id: 1 } }, { _id: 1 })).toBe('unchanged')
    expect(after({ $set: { '_id.x': 1 } }, { _id: { x: 1 } })).toBe('unchanged')
  })

  it('change a deep document only along the path', () => {
    const depth = 150
    const path = Array.from({ length: depth }, () => 'a').join('.')
    expect(after({ $set: { [path]: 1 } }, {})).toBe(`${'{a: '.repeat(depth)}1${'}'.repeat(depth)}`)
  })
})
