import { Timestamp } from 'bson'
import { describe, expect, it } from 'vitest'
import { fromTimestampInput, nextTimestamp, toTimestampEjson } from '../../../src/relay/changes/timestamp.ts'

describe('fromTimestampInput', () => {
  it.each([
    ['Extended JSON', { $timestamp: { t: 4_294_967_295, i: 1 } }],
    ['its inner form', { t: 4_294_967_295, i: 1 }],
    ['a string of it', '{"$timestamp": {"t": 4294967295, "i": 1}}'],
  ])('takes %s', (_name, input) => {
    expect(toTimestampEjson(fromTimestampInput(input, 'x'))).toEqual({ $timestamp: { t: 4_294_967_295, i: 1 } })
  })

  it.each([
    1,
    null,
    'x',
    {},
    { t: 1 },
    { t: -1, i: 0 },
    { t: 1.5, i: 0 },
    { t: 4_294_967_296, i: 0 },
    { t: 1, i: 1, x: 1 },
  ])('refuses %j', (input) => {
    expect(() => fromTimestampInput(input, 'x')).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }))
  })
})

describe('nextTimestamp', () => {
  it('goes on to the next second when the ordinals are used up', () => {
    expect(nextTimestamp(new Timestamp({ t: 5, i: 0xffff_ffff }))).toEqual(new Timestamp({ t: 6, i: 0 }))
  })
})
