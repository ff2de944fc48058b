import { describe, expect, it, vi } from 'vitest'
import { raceSignal } from '../../src/changes/race-signal.ts'
import { cancellable } from '../../src/feed/cancellable.ts'

const never = new AbortController().signal

describe('cancellable', () => {
  it('settles return at once, and the pending next, while the generator waits for something that never comes', async () => {
    const cleanedUp = vi.fn()
    const iterator = cancellable<number>(async function* (signal) {
      try {
        await raceSignal(new Promise(() => undefined), signal)
        yield 1
      } finally {
        cleanedUp()
      }
    }, never)
    const pending = iterator.next()
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined })
    expect(await pending).toEqual({ done: true, value: undefined })
    await vi.waitFor(() => expect(cleanedUp).toHaveBeenCalledOnce())
  })

  it('cleans up a generator that is suspended at a yield', async () => {
    const cleanedUp = vi.fn()
    const iterator = cancellable<number>(async function* () {
      try {
        yield 1
        yield 2
      } finally {
        cleanedUp()
      }
    }, never)
    expect(await iterator.next()).toEqual({ done: false, value: 1 })
    await iterator.return?.()
    await vi.waitFor(() => expect(cleanedUp).toHaveBeenCalledOnce())
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
  })

  it('starts nothing before the first next', async () => {
    const start = vi.fn()
    const iterator = cancellable<number>(start, never)
    await iterator.return?.()
    expect(start).not.toHaveBeenCalled()
  })

  it('rejects the pending next with what the generator throws when its parent ends it', async () => {
    const parent = new AbortController()
    const iterator = cancellable<number>(async function* (signal) {
      yield await raceSignal(new Promise<number>(() => undefined), signal)
    }, parent.signal)
    const pending = iterator.next()
    parent.abort(new Error('stopped'))
    await expect(pending).rejects.toThrow('stopped')
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
  })
})
