import { serialize } from 'bson'
import { describe, expect, it } from 'vitest'
import { madeChange, toChange } from '../../../src/relay/changes/to-change.ts'

const raw = serialize({ _id: { _data: '82' }, operationType: 'insert', fullDocument: { secret: 'S' } })

describe('toChange', () => {
  it('gives the token and the event', () => {
    const change = toChange(raw)
    expect(change.resumeToken).toBe('82')
    expect(change.event.value('operationType')).toBe('insert')
    expect(change.event.value('to')).toBeUndefined()
    expect(change.raw).toBe(raw)
  })
})

describe('madeChange', () => {
  it('has its own position first, then the fields, and nothing of the original', () => {
    const { event } = toChange(raw)
    const fields = new Map([...event.decode()].filter(([name]) => name !== 'fullDocument'))
    const made = madeChange('sealed.x', fields)
    expect(made.event.text('RELAXED').text).toBe('{"_id":{"_data":"sealed.x"},"operationType":"insert"}')
    expect(made).toMatchObject({ resumeToken: 'sealed.x', raw: { length: 0 } })
    expect(event.value('fullDocument')).toBeDefined()
  })
})
