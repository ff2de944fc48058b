import { describe, expect, it, vi } from 'vitest'
import { lazily } from '../../../src/util/waiting/lazily.ts'

describe('what is made lazily', () => {
  it('is made once, when it is asked for', async () => {
    const make = vi.fn(() => Promise.resolve({}))
    const lazy = lazily(make)
    expect([await lazy.settled(), lazy.peek(), make.mock.calls.length]).toEqual([undefined, undefined, 0])
    const [one, other] = await Promise.all([lazy.get(), lazy.get()])
    expect(one).toBe(other)
    expect([lazy.peek(), await lazy.settled(), make.mock.calls.length]).toEqual([one, one, 1])
  })

  it('is made anew after a failure, which all get who asked until then', async () => {
    const make = vi.fn(() => Promise.resolve(1)).mockRejectedValueOnce(new Error('not now'))
    const lazy = lazily(make)
    const both = [lazy.get(), lazy.get()]
    expect(await lazy.settled()).toBeUndefined()
    for (const one of both) await expect(one).rejects.toThrow('not now')
    expect(await lazy.get()).toBe(1)
    expect(make).toHaveBeenCalledTimes(2)
  })
})
