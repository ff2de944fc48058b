import { describe, expect, it, vi } from 'vitest'
import { backoffDelayMs } from '../../../src/util/waiting/backoff.ts'
import { raceSignal } from '../../../src/util/waiting/race-signal.ts'
import { sleep } from '../../../src/util/waiting/sleep.ts'

describe('backoffDelayMs', () => {
  it('is short once, then doubles up to a cap, and spreads over the upper half', () => {
    const delays = (random: number) =>
      [0, 1, 2, 3, 10, 5_000].map((attempt) =>
        backoffDelayMs(attempt, { initialMs: 100, maxMs: 3_000, random: () => random }),
      )
    expect(delays(1)).toEqual([100, 500, 1_000, 2_000, 3_000, 3_000])
    expect(delays(0)).toEqual([50, 250, 500, 1_000, 1_500, 1_500])
  })
})

describe('sleep', () => {
  it('ends early, without a timer, when it is aborted', async () => {
    const aborter = new AbortController()
    const sleeping = sleep(60_000, aborter.signal)
    aborter.abort(new Error('enough'))
    await expect(sleeping).rejects.toThrow('enough')
    await expect(sleep(60_000, aborter.signal)).rejects.toThrow('enough')
  })

  it('ends after its time', async () => {
    vi.useFakeTimers()
    try {
      const woken = vi.fn()
      const sleeping = sleep(60_000, new AbortController().signal).then(woken)
      await vi.advanceTimersByTimeAsync(59_999)
      expect(woken).not.toHaveBeenCalled()
      await vi.advanceTimersByTimeAsync(1)
      await sleeping
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('raceSignal', () => {
  it('gives what the promise gives when that comes first', async () => {
    const { signal } = new AbortController()
    expect(await raceSignal(Promise.resolve(1), signal)).toBe(1)
    await expect(raceSignal(Promise.reject(new Error('no')), signal)).rejects.toThrow('no')
  })

  it('rejects with the reason of an abort, and takes care of what the promise does later', async () => {
    const aborter = new AbortController()
    let fail = (_error: Error) => {}
    const late = new Promise((_resolve, reject) => (fail = reject))
    const race = raceSignal(late, aborter.signal)
    aborter.abort(new Error('enough'))
    await expect(race).rejects.toThrow('enough')
    fail(new Error('nobody hears this'))
    await expect(raceSignal(Promise.resolve(1), aborter.signal)).rejects.toThrow('enough')
  })
})
