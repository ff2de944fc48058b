import { describe, expect, it } from 'vitest'
import { parsePath, valuesAt } from '../../../src/bson/query/path.ts'
import { documentOf, show } from '../../support/documents.ts'
import { matches } from '../../engine/query/matching.ts'

function values(path: string, fields: Record<string, unknown>): string[] {
  return valuesAt(documentOf(fields), parsePath(path), 'elements').map(show)
}

describe('values at a path', () => {
  it.each([
    ['a field', 'a', { a: 1 }, ['1']],
    ['a missing field', 'a', {}, ['missing']],
    ['a nested field', 'a.b', { a: { b: 1 } }, ['1']],
    ['below a scalar', 'a.b', { a: 1 }, ['missing']],
    ['below nothing', 'a.b.c', {}, ['missing']],
    ['an array, after its elements', 'a', { a: [1, 2] }, ['1', '2', '[1, 2]']],
    ['an empty array', 'a', { a: [] }, ['[]']],
    ['fields of the documents in an array', 'a.b', { a: [{ b: 1 }, { b: 2 }] }, ['1', '2']],
    ['nothing for scalars in an array', 'a.b', { a: [1, { b: 2 }] }, ['2']],
    ['missing for documents without the field', 'a.b', { a: [{}, { b: 2 }] }, ['missing', '2']],
    ['nothing at all below an empty array', 'a.b', { a: [] }, []],
    ['nothing below arrays in arrays', 'a.b', { a: [[{ b: 1 }]] }, []],
    ['an element by its index', 'a.1', { a: [5, 6] }, ['6']],
    ['nothing for an index beyond', 'a.2', { a: [5, 6] }, []],
    ['an array by its index, as a whole', 'a.0', { a: [[7, 8]] }, ['[7, 8]']],
    ['through an index into an array', 'a.0.1', { a: [[7, 8]] }, ['8']],
    ['through an index into documents', 'a.0.b', { a: [{ b: 1 }, { b: 2 }] }, ['missing', '1', 'missing']],
    ['a number as a name, too', 'a.0', { a: [{ 0: 'name' }] }, ['"name"', '{0: "name"}']],
    ['a number as a name of a document', 'a.0', { a: { 0: 1 } }, ['1']],
    ['arrays below arrays', 'a.b.c', { a: [{ b: [{ c: 1 }, { c: [2] }] }] }, ['1', '2', '[2]']],
    ['no index with a leading zero', 'a.01', { a: [5, 6] }, []],
    ['empty names', 'a.', { a: { '': 1 } }, ['1']],
  ])('are found: %s', (_title, path, fields, expected) => {
    expect(values(path, fields)).toEqual(expected)
  })

  it('makes null match where a document in an array lacks the field, and not in an empty array', () => {
    expect(matches({ 'a.b': null }, { a: [{}] })).toBe(true)
    expect(matches({ 'a.b': null }, { a: [] })).toBe(false)
    expect(matches({ 'a.b': null }, { a: [1] })).toBe(false)
    expect(matches({ 'a.b': null }, { a: 1 })).toBe(true)
  })

  it('takes names that objects treat specially as any other', () => {
    const tricky = new Map([['__proto__', new Map([['constructor', true]])]])
    expect(valuesAt(tricky, parsePath('__proto__.constructor'), 'whole')).toEqual([true])
    expect(valuesAt(new Map(), parsePath('constructor'), 'whole')).toEqual([undefined])
  })
})
