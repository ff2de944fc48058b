import { describe, expect, it } from 'vitest'
import { createQuota } from '../../src/util/quota.ts'

describe('createQuota', () => {
  it('gives each key as much as allowed, and again what came back, once', () => {
    const quota = createQuota(2)
    const first = quota.take('a')
    expect([quota.take('a'), quota.take('b')]).toEqual([expect.any(Function), expect.any(Function)])
    expect(quota.take('a')).toBeUndefined()
    first?.()
    first?.()
    expect(quota.taken('a')).toBe(1)
    expect(quota.take('a')).toBeDefined()
    expect(quota.take('a')).toBeUndefined()
  })
})
