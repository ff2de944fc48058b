import { describe, expect, it } from 'vitest'
import { compileFilter } from '../../../src/engine/query/filter.ts'
import { compileProjection } from '../../../src/engine/query/projection.ts'
import { documentOf, show } from '../../support/documents.ts'
import { codeOf } from './matching.ts'

function project(
  spec: Record<string, unknown>,
  fields: Record<string, unknown>,
  filter: Record<string, unknown> = {},
): string {
  return show(compileProjection(documentOf(spec), compileFilter(documentOf(filter)))(documentOf(fields)))
}

const DOC = { _id: 1, a: 1, b: { c: 2, d: 3 }, list: [{ x: 1, y: 1 }, { x: 2, y: 2 }, 5], n: [1, 2, 3, 4] }

describe('projection', () => {
  it.each([
    ['nothing', {}, show(documentOf(DOC))],
    ['included fields and _id, in the order of the document', { n: 1, a: true }, '{_id: 1, a: 1, n: [1, 2, 3, 4]}'],
    ['without _id', { a: 1, _id: 0 }, '{a: 1}'],
    ['_id alone', { _id: 1 }, '{_id: 1}'],
    ['all but _id', { _id: 0, b: 0, list: 0, n: 0 }, '{a: 1}'],
    ['only _id left out', { _id: 0 }, show(documentOf(DOC)).replace('_id: 1, ', '')],
    ['excluded fields', { b: 0, list: 0, n: 0 }, '{_id: 1, a: 1}'],
    ['_id with an exclusion', { _id: 1, a: 0, b: 0, list: 0 }, '{_id: 1, n: [1, 2, 3, 4]}'],
    ['dotted fields', { 'b.c': 1 }, '{_id: 1, b: {c: 2}}'],
    ['nested fields', { b: { d: 1 } }, '{_id: 1, b: {d: 3}}'],
    ['dotted fields left out', { 'b.c': 0, list: 0, n: 0, a: 0 }, '{_id: 1, b: {d: 3}}'],
    ['fields of the documents in an array', { 'list.x': 1 }, '{_id: 1, list: [{x: 1}, {x: 2}]}'],
    ['fields left out of an array', { 'list.x': 0, n: 0, b: 0, a: 0 }, '{_id: 1, list: [{y: 1}, {y: 2}, 5]}'],
    ['missing fields', { zzz: 1 }, '{_id: 1}'],
    ['below scalars', { 'a.z': 1 }, '{_id: 1}'],
    ['computed fields, behind the others', { z: { $add: ['$a', 1] }, a: 1 }, '{_id: 1, a: 1, z: 2}'],
    ['strings as values or field paths', { z: 'x', y: '$a' }, '{_id: 1, z: "x", y: 1}'],
    ['the first elements', { n: { $slice: 2 }, _id: 1 }, '{_id: 1, n: [1, 2]}'],
    ['the last elements, with all fields', { n: { $slice: -1 }, list: 0, b: 0 }, '{_id: 1, a: 1, n: [4]}'],
    ['a part of the elements', { n: { $slice: [1, 2] }, a: 1 }, '{_id: 1, a: 1, n: [2, 3]}'],
    ['a part from the end', { n: { $slice: [-3, 2] }, a: 1 }, '{_id: 1, a: 1, n: [2, 3]}'],
    ['$slice of what is no array', { a: { $slice: 1 }, b: 0, list: 0, n: 0 }, '{_id: 1, a: 1}'],
    ['$slice as an expression', { z: { $slice: ['$n', 1, 2] } }, '{_id: 1, z: [2, 3]}'],
    ['the first element that matches', { list: { $elemMatch: { x: 2 } } }, '{_id: 1, list: [{x: 2, y: 2}]}'],
    ['no element that matches', { list: { $elemMatch: { x: 9 } } }, '{_id: 1}'],
    [
      '$elemMatch behind the others',
      { n: { $elemMatch: { $gt: 2 } }, list: 1, _id: 0, a: 1 },
      '{a: 1, list: [{x: 1, y: 1}, {x: 2, y: 2}, 5], n: [3]}',
    ],
    [
      '$elemMatch with an exclusion',
      { list: { $elemMatch: { x: 2 } }, a: 0, b: 0 },
      '{_id: 1, n: [1, 2, 3, 4], list: [{x: 2, y: 2}]}',
    ],
  ])('keeps %s', (_title, spec, expected) => {
    expect(project(spec, DOC)).toBe(expected)
  })

  it.each([
    ['of a scalar', { 'n.$': 1 }, { n: 3 }, '{_id: 1, n: [3]}'],
    ['of a document', { 'list.$': 1 }, { 'list.x': 2 }, '{_id: 1, list: [{x: 2, y: 2}]}'],
    ['of $elemMatch', { 'n.$': 1, a: 1 }, { n: { $elemMatch: { $gt: 2 } } }, '{_id: 1, a: 1, n: [3]}'],
    ['of part of a document', { 'list.x.$': 1 }, { 'list.x': 2 }, '{_id: 1, list: [{x: 2}]}'],
  ])('keeps the element that the query matched: %s', (_title, spec, filter, expected) => {
    expect(project(spec, DOC, filter)).toBe(expected)
  })

  it('reads variables and the time', () => {
    const context = { now: new Date(7), variables: new Map([['v', documentOf({ w: 1 })]]) }
    const projection = compileProjection(documentOf({ t: '$$NOW', w: '$$v.w', _id: 0 }), undefined, context)
    expect(show(projection(documentOf({ a: 1 })))).toBe('{t: 1970-01-01T00:00:00.007Z, w: 1}')
  })

  it('leaves the document as it is', () => {
    const original = documentOf(DOC)
    const before = show(original)
    for (const spec of [{ 'b.c': 0 }, { n: { $slice: 1 } }, { 'n.$': 1 }]) {
      compileProjection(documentOf(spec), compileFilter(documentOf({ n: 1 })))(original)
    }
    expect(show(original)).toBe(before)
  })

  it.each([
    ['inclusion in an exclusion', { a: 0, b: 1 }, 31253],
    ['exclusion in an inclusion', { a: 1, b: 0 }, 31254],
    ['a path and its beginning', { 'b.c': 1, b: 1 }, 31250],
    ['a path below another one', { b: 1, 'b.c': 1 }, 31249],
    ['an empty sub-document', { a: {} }, 51270],
    ['an expression in an exclusion', { a: 0, z: { $add: [1, 1] } }, 31252],
    ['a value in an exclusion', { a: 0, z: 'x' }, 31310],
    ['$elemMatch of a nested field', { 'b.c': { $elemMatch: { x: 1 } } }, 31275],
    ['$elemMatch of what is no document', { a: { $elemMatch: 1 } }, 31274],
    ['an unknown operator in $elemMatch', { a: { $elemMatch: { $nope: 1 } } }, 2],
    ['$meta', { a: { $meta: 'textScore' } }, 115],
    ['an unknown expression', { a: { $nope: 1 } }, 168],
    ['two positional fields', { 'n.$': 1, 'list.$': 1 }, 31276],
    ['a positional field that the query does not name', { 'b.$': 1 }, 31277],
    ['two positional operators', { 'n.$.$': 1 }, 31287],
    ['a positional operator with an expression', { 'n.$': { $add: [1] } }, 31271],
    ['a positional operator with a value', { 'n.$': 'x' }, 31308],
    ['a positional operator beside $elemMatch', { 'n.$': 1, list: { $elemMatch: { x: 1 } } }, 31255],
    ['a positional operator after $elemMatch', { list: { $elemMatch: { x: 1 } }, 'n.$': 1 }, 31256],
  ])('refuses %s', (_title, spec, code) => {
    const filter = compileFilter(documentOf({ n: 1, 'list.x': 1 }))
    expect(codeOf(() => compileProjection(documentOf(spec), filter))).toBe(code)
  })

  it('refuses a positional operator without a query, or where no element matched', () => {
    expect(codeOf(() => compileProjection(documentOf({ 'n.$': 1 })))).toBe(51050)
    expect(codeOf(() => project({ 'n.$': 1 }, { n: [1, 2] }, { n: [1, 2] }))).toBe(51246)
    expect(codeOf(() => project({ 'b.$': 1 }, { n: [1, 2, 3], b: [1] }, { n: 3, b: { $exists: true } }))).toBe(51247)
  })
})
