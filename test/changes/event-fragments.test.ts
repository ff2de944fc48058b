import { Int32 } from 'bson'
import { describe, expect, it } from 'vitest'
import type { ChangeEvent } from '../../src/changes/change.ts'
import { createEventAssembler } from '../../src/changes/event-fragments.ts'

function fragment(n: number, of: number, fields: object): ChangeEvent {
  const splitEvent = { fragment: new Int32(n), of: new Int32(of) }
  return { _id: { _data: `82${n}` }, splitEvent, ...fields } as unknown as ChangeEvent
}

describe('createEventAssembler', () => {
  it('gives an event in fragments with its last one, whose token it has', () => {
    const { add } = createEventAssembler()
    expect(add(fragment(1, 3, { operationType: 'update', ns: { db: 'a' } }))).toBeUndefined()
    expect(add(fragment(2, 3, { fullDocument: { a: 1 } }))).toBeUndefined()
    expect(add(fragment(3, 3, { fullDocumentBeforeChange: { a: 0 } }))).toEqual({
      _id: { _data: '823' },
      operationType: 'update',
      ns: { db: 'a' },
      fullDocument: { a: 1 },
      fullDocumentBeforeChange: { a: 0 },
    })
  })

  it('gives whole events as they are, and tells whether it holds a part of one', () => {
    const assembler = createEventAssembler()
    const whole = { _id: { _data: '82' }, operationType: 'insert' }
    expect(assembler.add(whole)).toBe(whole)
    expect(assembler.isHolding).toBe(false)
    assembler.add(fragment(1, 2, { operationType: 'update' }))
    expect(assembler.isHolding).toBe(true)
    assembler.add(fragment(2, 2, {}))
    expect(assembler.isHolding).toBe(false)
  })
})
