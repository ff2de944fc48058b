import { describe, expect, it } from 'vitest'
import { BSONRegExp } from '../../../src/bson/values.ts'
import { equalities, membership } from '../../../src/engine/query/planning.ts'
import { documentOf, show } from '../../support/documents.ts'

function equal(filter: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries([...equalities(documentOf(filter))].map(([path, value]) => [path, show(value)]))
}

describe('what a filter says for choosing an index', () => {
  it.each([
    [
      { a: 1, 'b.c': 'x' },
      { a: '1', 'b.c': '"x"' },
    ],
    [{ a: { $eq: 1, $exists: true } }, { a: '1' }],
    [{ a: { $in: [1] } }, { a: '1' }],
    [{ a: { $in: [1, 2] } }, {}],
    [{ $and: [{ a: 1 }, { $and: [{ b: 2 }] }] }, { a: '1', b: '2' }],
    [{ $or: [{ a: 1 }] }, {}],
    [{ a: { $gt: 1 } }, {}],
    [{ a: { $ne: 1 } }, {}],
    [{ a: new BSONRegExp('x') }, {}],
    [{ a: { $in: [new BSONRegExp('x')] } }, {}],
    [{ a: { $all: [1, 2] } }, { a: '1' }],
    [{ a: { $all: [{ $elemMatch: { k: 1 } }] } }, {}],
    [{ a: { $all: [] } }, {}],
    [{ a: { b: 1 } }, { a: '{b: 1}' }],
    [{ a: null }, { a: 'null' }],
  ])('%j is about %j', (filter, expected) => {
    expect(equal(filter)).toEqual(expected)
  })

  it('holds the shortest list of values', () => {
    const lists = membership(documentOf({ $and: [{ a: { $in: [1, 2, 3] } }, { a: { $in: [1, 2] } }] }))
    expect([...lists].map(([path, list]) => [path, list.map(show)])).toEqual([['a', ['1', '2']]])
    expect(membership(documentOf({ a: { $in: [] } })).get('a')).toEqual([])
  })
})
