import { afterEach, describe, expect, it } from 'vitest'
import { onAbort } from '../../../src/util/waiting/on-abort.ts'

describe('onAbort', () => {
  const warnings: Error[] = []
  const note = (warning: Error) => warnings.push(warning)
  afterEach(() => {
    process.off('warning', note)
    warnings.length = 0
  })

  it('calls back all who share a signal, and prints no warning, however many they are', async () => {
    process.on('warning', note)
    const aborter = new AbortController()
    const called: number[] = []
    const stops = Array.from({ length: 30 }, (_, n) => onAbort(aborter.signal, () => called.push(n)))
    stops[3]?.()
    stops[3]?.()
    aborter.abort()
    await new Promise((resolve) => setImmediate(resolve))
    expect(called).toEqual([0, 1, 2, ...Array.from({ length: 26 }, (_, n) => n + 4)])
    expect(warnings).toEqual([])
  })

  it('listens to nothing when all have stopped, and again for one that comes later', () => {
    let listeners = 0
    const aborter = new AbortController()
    const { signal } = aborter
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args))
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args))
    for (const stop of [onAbort(signal, () => undefined), onAbort(signal, () => undefined)]) stop()
    expect(listeners).toBe(0)
    let isCalled = false
    onAbort(signal, () => (isCalled = true))
    aborter.abort()
    expect([listeners, isCalled]).toEqual([1, true])
  })
})
