import { serialize } from 'bson'
import { describe, expect, it } from 'vitest'
import { decodeDocument } from '../../../../src/bson/codec/decode.ts'
import { Int32, Long } from '../../../../src/bson/values.ts'
import { createEventAssembler } from '../../../../src/relay/mongo/stream/event-fragments.ts'
import { documentOf } from '../../../support/documents.ts'

function fragment(n: number, of: number, fields: object): Uint8Array {
  const splitEvent = { fragment: new Int32(n), of: new Int32(of) }
  return serialize({ _id: { _data: `82${n}` }, splitEvent, ...fields })
}

describe('createEventAssembler', () => {
  it('gives an event in fragments with its last one, whose token it has', () => {
    const { add } = createEventAssembler()
    expect(add(fragment(1, 3, { operationType: 'update', ns: { db: 'a' } }))).toBeUndefined()
    expect(add(fragment(2, 3, { fullDocument: { a: Long.fromInt(1) } }))).toBeUndefined()
    const whole = add(fragment(3, 3, { fullDocumentBeforeChange: { a: new Int32(0) } }))
    const expected = {
      _id: { _data: '823' },
      operationType: 'update',
      ns: { db: 'a' },
      fullDocument: { a: Long.fromInt(1) },
      fullDocumentBeforeChange: { a: new Int32(0) },
    }
    expect(decodeDocument(Buffer.from(whole ?? []))).toEqual(documentOf(expected))
  })

  it('has the order and the token that an event has where it is not split', () => {
    const assembler = createEventAssembler()
    const own = '826A2B042C0100296E5A100400'
    const part = (n: number, token: string, fields: object) =>
      serialize({ _id: { _data: token }, splitEvent: { fragment: new Int32(n), of: new Int32(2) }, ...fields })
    const small = { updateDescription: {}, operationType: 'update', other: 1, ns: { db: 'a' } }
    assembler.add(part(1, `${own}2904`, { ...small, fullDocumentBeforeChange: null }))
    const whole = assembler.add(part(2, `${own}2B0204`, { fullDocument: { a: 1 } }))
    const expected = {
      _id: { _data: `${own}04` },
      operationType: 'update',
      fullDocument: { a: 1 },
      ns: { db: 'a' },
      updateDescription: {},
      other: 1,
      fullDocumentBeforeChange: null,
    }
    expect(Buffer.from(whole ?? [])).toEqual(Buffer.from(serialize(expected)))
    const positionOf = (token: string) => assembler.toPosition(new Map([['_data', token]])).get('_data')
    expect(positionOf(`${own}2B0204`)).toBe(`${own}04`)
    expect(positionOf('826B')).toBe('826B')
  })

  it('takes fragments that are parts of a larger buffer', () => {
    const { add } = createEventAssembler()
    const within = (raw: Uint8Array) => Buffer.concat([Buffer.alloc(7, 1), raw, Buffer.alloc(3)]).subarray(7, -3)
    add(within(fragment(1, 2, { operationType: 'update' })))
    const whole = add(within(fragment(2, 2, {})))
    const expected = { _id: { _data: '822' }, operationType: 'update' }
    expect(decodeDocument(Buffer.from(whole ?? []))).toEqual(documentOf(expected))
  })

  it('gives whole events as they are, and tells whether it holds a part of one', () => {
    const assembler = createEventAssembler()
    const whole = serialize({ _id: { _data: '82' }, operationType: 'insert' })
    expect(assembler.add(whole)).toBe(whole)
    expect(assembler.isHolding).toBe(false)
    assembler.add(fragment(1, 2, { operationType: 'update' }))
    expect(assembler.isHolding).toBe(true)
    assembler.add(fragment(2, 2, {}))
    expect(assembler.isHolding).toBe(false)
  })
})
