import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromTokenString, toTokenString } from '../../../../src/relay/changes/tokens/resume-token.ts'
import { isOfEvent, isShortToken, toShortToken } from '../../../../src/relay/changes/tokens/short-token.ts'

/** How a token begins that differs from others: time, kind, place in the transaction, collection, type. */
const beginning = (time: number) => `82${time.toString(16).padStart(16, '0')}2B042C0100296E5A1004`.toUpperCase()
const token = fc
  .tuple(fc.nat({ max: 3 }), fc.integer({ min: 100, max: 3_000 }))
  .map(([time, length]) => `${beginning(time)}${'6B'.repeat(length)}04`)

describe('a token that is too long', () => {
  it('is shortened to one that stands where it stood, and comes back as it was given', () => {
    fc.assert(
      fc.property(token, token, fc.integer({ min: 300, max: 4_000 }), (long, other, maxLength) => {
        const short = toShortToken(long, maxLength)
        expect(short.length).toBeLessThanOrEqual(maxLength)
        expect(isShortToken(short)).toBe(long.length > maxLength)
        expect(toTokenString(fromTokenString(short))).toBe(short)
        expect(isOfEvent(short, long)).toBe(true)
        expect(toShortToken(short, maxLength)).toBe(short)
        if (other.slice(0, 18) === long.slice(0, 18)) return
        expect(isOfEvent(short, other)).toBe(false)
        expect(short < other).toBe(long < other)
      }),
    )
  })

  it('stays as it is where it is none of a server that is known', () => {
    const text = Buffer.from(JSON.stringify({ _data: 'x'.repeat(5_000) })).toString('base64url')
    expect(toShortToken(text, 1_000)).toBe(text)
  })
})
