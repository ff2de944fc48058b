import { serialize } from 'bson'
import { describe, expect, it } from 'vitest'
import { documentOf, fieldOf, toChange } from '../../src/changes/to-change.ts'

const raw = serialize({ _id: { _data: '82' }, operationType: 'insert', fullDocument: { secret: 1 } })

describe('toChange', () => {
  it('gives the token, each field by itself, and the event as a whole', () => {
    const change = toChange(raw)
    expect(change.resumeToken).toBe('82')
    expect(fieldOf(change, 'operationType')).toBe('insert')
    expect(fieldOf(change, 'to')).toBeUndefined()
    expect(change.event).toMatchObject({ _id: { _data: '82' }, operationType: 'insert' })
    expect(change.event).toBe(change.event)
  })

  it('leaves nothing of the original in a change that is made of it with another event', () => {
    const change = toChange(raw)
    const event = { _id: { _data: '82' }, operationType: 'insert' }
    const derived = { ...change, event }
    expect(fieldOf(derived, 'fullDocument')).toBeUndefined()
    expect(documentOf(derived)).toBe(event)
  })
})

describe('fieldOf', () => {
  it('knows an event’s own fields only', () => {
    const event = { _id: { _data: '82' }, operationType: 'started' }
    const change = { resumeToken: '82', event, raw: new Uint8Array() }
    expect(fieldOf(change, 'operationType')).toBe('started')
    expect(fieldOf(change, 'constructor')).toBeUndefined()
  })
})
