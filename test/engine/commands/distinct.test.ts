import { describe, expect, it } from 'vitest'
import { Long } from '../../../src/bson/values.ts'
import { distinctValues } from '../../../src/engine/commands/distinct.ts'
import { documentOf, show } from '../../support/documents.ts'

function distinct(path: string, values: readonly Record<string, unknown>[]): string[] {
  return distinctValues(values.map(documentOf), path).map(show)
}

describe('distinct values', () => {
  it('appear once, whatever their numeric type', () => {
    expect(distinct('a', [{ a: 1 }, { a: new Long(1) }, { a: 'x' }, { a: 1.5 }])).toEqual(['1', '"x"', '1.5'])
  })

  it('come out of arrays, one level deep', () => {
    expect(distinct('a', [{ a: [1, 2] }, { a: [[1]] }, { a: [] }, {}])).toEqual(['1', '2', '[1]'])
  })

  it('are null for null and nothing for missing fields', () => {
    expect(distinct('a.b', [{ a: { b: null } }, { a: {} }, { a: [{ b: 2 }, {}] }])).toEqual(['null', '2'])
  })

  it('tell documents with other field orders apart', () => {
    expect(distinct('a', [{ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }])).toHaveLength(2)
  })
})
