import { describe, expect, it } from 'vitest'
import { createRecentTokens } from '../../../web/stream/recent-tokens.ts'

describe('recent tokens', () => {
  it('tells a new token from one it remembers', () => {
    const recent = createRecentTokens(2)
    expect(recent.add('a')).toBe(true)
    expect(recent.add('a')).toBe(false)
  })

  it('forgets the oldest beyond its limit', () => {
    const recent = createRecentTokens(2)
    for (const token of ['a', 'b', 'c']) recent.add(token)
    expect(recent.add('b')).toBe(false)
    expect(recent.add('c')).toBe(false)
    expect(recent.add('a')).toBe(true)
  })
})
