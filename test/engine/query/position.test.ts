import { describe, expect, it } from 'vitest'
import { compileFilter } from '../../../src/engine/query/filter.ts'
import { documentOf } from '../../support/documents.ts'

describe('the position of a match', () => {
  it.each([
    ['of an equal element', { a: 2 }, { a: [1, 2] }, 1],
    ['of a field in an element', { 'a.k': 2 }, { a: [{ k: 1 }, { k: 2 }] }, 1],
    ['of $elemMatch', { a: { $elemMatch: { k: 2, v: 3 } } }, { a: [{ k: 2 }, { k: 2, v: 3 }] }, 1],
    ['of $elemMatch with conditions', { a: { $elemMatch: { $gt: 5 } } }, { a: [1, 9, 8] }, 1],
    ['of $in', { a: { $in: [3, 2] } }, { a: [1, 2, 3] }, 1],
    ['in the outermost array', { 'a.b': 2 }, { a: [{ b: [1] }, { b: [1, 2] }] }, 1],
    [
      'in the outermost array with $elemMatch',
      { 'a.b': { $elemMatch: { $eq: 2 } } },
      { a: [{ b: [1] }, { b: [1, 2] }] },
      1,
    ],
    ['of the last array asked for', { a: 2, b: 1 }, { a: [1, 2], b: [1] }, 0],
    ['of the last array by name, whatever the order', { b: 1, a: 2 }, { a: [1, 2], b: [1] }, 0],
    ['of an equality after $elemMatch', { a: 1, b: { $elemMatch: { $eq: 7 } } }, { a: [1], b: [0, 0, 7] }, 0],
    ['inside $and', { $and: [{ x: 1 }, { a: 2 }] }, { x: 1, a: [0, 2] }, 1],
    ['inside $or', { $or: [{ a: 9 }, { a: 2 }] }, { a: [0, 2] }, 1],
    ['of an index in the path', { 'a.1': 5 }, { a: [4, 5] }, 1],
    ['without an array', { a: 2 }, { a: 2 }, undefined],
    ['of a whole array', { a: [1, 2] }, { a: [1, 2] }, undefined],
    ['of a negation', { a: { $ne: 9 } }, { a: [1, 2] }, undefined],
    ['of no match', { a: 9 }, { a: [1, 2] }, undefined],
    ['of a match that fails elsewhere', { a: 1, z: 1 }, { a: [1] }, undefined],
  ])('is that %s', (_title, filter, fields, expected) => {
    expect(compileFilter(documentOf(filter)).positionIn(documentOf(fields))).toBe(expected)
  })
})
