import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { watchIdleConnections } from '../../../src/transport/limits/idle-connections.ts'

describe('watchIdleConnections', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('tells of a connection that has nothing to do, and not of one that is busy or used', () => {
    const told: string[] = []
    const busy = new Set(['busy'])
    const idle = watchIdleConnections<string>({
      idleMs: 1_000,
      isBusy: (name) => busy.has(name),
      onIdle: (name) => told.push(name),
    })
    for (const name of ['idle', 'busy', 'used', 'gone']) idle.add(name)
    idle.delete('gone')
    vi.advanceTimersByTime(750)
    idle.touch('used')
    vi.advanceTimersByTime(500)
    expect(told).toEqual(['idle'])
    busy.clear()
    vi.advanceTimersByTime(2_000)
    expect(told).toEqual(['idle', 'used', 'busy'])
    expect(vi.getTimerCount()).toBe(0)
  })
})
