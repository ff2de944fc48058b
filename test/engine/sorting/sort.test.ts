import { describe, expect, it } from 'vitest'
import { Decimal128, Double, Long, MaxKey, MinKey } from '../../../src/bson/values.ts'
import { compileSort, sortDocuments } from '../../../src/engine/sorting/sort.ts'
import { documentOf, show } from '../../support/documents.ts'
import { codeOf } from '../query/matching.ts'

function sorted(spec: Record<string, unknown>, values: readonly Record<string, unknown>[]): string[] {
  return sortDocuments(values.map(documentOf), documentOf(spec)).map(show)
}

describe('sorting', () => {
  it('orders by type first, a missing field as null', () => {
    const values = [
      { a: new MaxKey() },
      { a: true },
      { a: new Date(0) },
      { a: {} },
      { a: 'x' },
      { a: Decimal128.fromString('1.5') },
      { a: 1 },
      {},
      { a: [] },
      { a: new MinKey() },
    ]
    expect(sorted({ a: 1 }, values)).toEqual([
      show(documentOf({ a: new MinKey() })),
      '{a: []}',
      '{}',
      '{a: 1}',
      '{a: 1.5m}',
      '{a: "x"}',
      '{a: {}}',
      '{a: true}',
      '{a: 1970-01-01T00:00:00.000Z}',
      show(documentOf({ a: new MaxKey() })),
    ])
  })

  it('keeps the places of equal documents', () => {
    const values = [{ a: 1, n: 1 }, { a: new Double(1), n: 2 }, { a: new Long(1), n: 3 }, {}, { a: null }]
    expect(sorted({ a: -1 }, values)).toEqual(['{a: 1, n: 1}', '{a: 1.0, n: 2}', '{a: 1L, n: 3}', '{}', '{a: null}'])
  })

  it('takes the least element when ascending and the greatest when descending', () => {
    const values = [{ a: [5, 1] }, { a: [2, 9] }, { a: 3 }]
    expect(sorted({ a: 1 }, values)).toEqual(['{a: [5, 1]}', '{a: [2, 9]}', '{a: 3}'])
    expect(sorted({ a: -1 }, values)).toEqual(['{a: [2, 9]}', '{a: [5, 1]}', '{a: 3}'])
  })

  it('takes an array inside an array as a value', () => {
    expect(sorted({ a: 1 }, [{ a: [[3]] }, { a: [{ x: 1 }] }, { a: 4 }])).toEqual([
      '{a: 4}',
      '{a: [{x: 1}]}',
      '{a: [[3]]}',
    ])
  })

  it('orders by several fields, each in its direction', () => {
    const values = [
      { a: 1, b: 1 },
      { a: 2, b: 1 },
      { a: 1, b: 2 },
    ]
    expect(sorted({ a: 1, b: -1 }, values)).toEqual(['{a: 1, b: 2}', '{a: 1, b: 1}', '{a: 2, b: 1}'])
  })

  it('takes the fields of one element together', () => {
    const twoElements = {
      a: [
        { b: 1, c: 9 },
        { b: 2, c: 0 },
      ],
    }
    const between = { a: { b: 1, c: 5 } }
    const order = compileSort(documentOf({ 'a.b': 1, 'a.c': 1 }))
    expect(order(documentOf(twoElements), documentOf(between))).toBeGreaterThan(0)
  })

  it('follows indexes in paths and passes over what has no such field', () => {
    const values = [{ a: [{ b: 3 }, 7] }, { a: [2, { b: 1 }] }]
    expect(sorted({ 'a.0.b': 1 }, values)).toEqual(['{a: [2, {b: 1}]}', '{a: [{b: 3}, 7]}'])
    expect(sorted({ 'a.0': 1 }, [{ a: [2] }, { a: [1, 9] }])).toEqual(['{a: [1, 9]}', '{a: [2]}'])
    expect(sorted({ 'a.b': 1 }, [{ a: [{ b: 1 }] }, { a: [1] }, { a: [] }])).toEqual([
      '{a: [1]}',
      '{a: []}',
      '{a: [{b: 1}]}',
    ])
  })

  it('refuses to compare documents with two arrays that are not inside one another', () => {
    const order = compileSort(documentOf({ a: 1, b: 1 }))
    expect(codeOf(() => order(documentOf({ a: [1], b: [1] }), documentOf({})))).toBe(2)
  })

  it.each([
    [{ a: 2 }, 15975],
    [{ a: 0 }, 15975],
    [{ a: 'x' }, 15974],
    [{ a: true }, 15974],
    [{ a: { $meta: 'textScore' } }, 115],
    [{ a: { x: 1 } }, 17312],
    [{ '': 1 }, 40352],
    [{ 'a..b': 1 }, 15998],
    [{ 'a.$b': 1 }, 16410],
    [Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`f${i}`, 1])), 2],
  ])('refuses %j with %i', (spec, code) => {
    expect(codeOf(() => compileSort(documentOf(spec)))).toBe(code)
  })

  it('takes directions of any numeric type', () => {
    expect(sorted({ a: Long.fromNumber(-1) }, [{ a: 1 }, { a: 2 }])).toEqual(['{a: 2}', '{a: 1}'])
    expect(sorted({ a: Decimal128.fromString('-1') }, [{ a: 1 }, { a: 2 }])).toEqual(['{a: 2}', '{a: 1}'])
  })
})
