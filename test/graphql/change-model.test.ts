import { Int32 } from 'bson'
import { describe, expect, it } from 'vitest'
import { toChangeModel } from '../../src/graphql/change-model.ts'

describe('toChangeModel', () => {
  it('converts a value once, however many response keys ask for it', () => {
    const fullDocument = { list: Array.from({ length: 10 }, (_, n) => new Int32(n)) }
    const event = { _id: { _data: '82' }, operationType: 'insert', fullDocument }
    const model = toChangeModel({ resumeToken: '82', event, raw: new Uint8Array() }, 'RELAXED')
    const first = model.ejson(fullDocument)
    expect(first).toEqual({ list: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] })
    expect(model.ejson(fullDocument)).toBe(first)
  })
})
