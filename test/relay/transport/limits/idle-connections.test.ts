import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UNWATCHED, watchIdleConnections } from '../../../../src/relay/transport/limits/idle-connections.ts'

interface Fake {
  readonly name: string
  isBusy: boolean
  idleSinceMs: number
}

describe('watchIdleConnections', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('tells of a connection that has nothing to do, and not of one that is busy, used or not watched', () => {
    const told: string[] = []
    const [idle, busy, used, fresh] = ['idle', 'busy', 'used', 'fresh'].map((name) => ({
      name,
      isBusy: name === 'busy',
      idleSinceMs: UNWATCHED,
    })) as [Fake, Fake, Fake, Fake]
    const connections = new Set([idle, busy, used, fresh])
    const watch = watchIdleConnections<Fake>({ idleMs: 1_000, connections, onIdle: ({ name }) => told.push(name) })
    for (const connection of [idle, busy, used]) watch.use(connection)
    vi.advanceTimersByTime(750)
    watch.use(used)
    vi.advanceTimersByTime(500)
    expect(told).toEqual(['idle'])
    busy.isBusy = false
    vi.advanceTimersByTime(2_000)
    expect(told).toEqual(['idle', 'used', 'busy'])
    expect(vi.getTimerCount()).toBe(1)
    connections.clear()
    vi.advanceTimersByTime(250)
    expect(vi.getTimerCount()).toBe(0)
  })
})
