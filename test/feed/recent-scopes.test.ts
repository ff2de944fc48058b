import { Timestamp } from 'bson'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RecentScopes, RecentScopesLimits } from '../../src/feed/recent-scopes.ts'
import { createRecentScopes } from '../../src/feed/recent-scopes.ts'

const origin = { at: new Timestamp({ t: 1, i: 1 }) }
const [a, b, c] = ['a', 'b', 'c'].map((db) => ({ db })) as [{ db: string }, { db: string }, { db: string }]

describe('createRecentScopes', () => {
  let scopes: RecentScopes
  let recorded: string[]

  function create(limits: RecentScopesLimits): void {
    recorded = []
    scopes = createRecentScopes({
      ...limits,
      record({ db = '' }, ring, signal) {
        recorded.push(db)
        ring.reset(origin)
        signal.addEventListener('abort', () => recorded.splice(recorded.indexOf(db), 1))
      },
    })
  }

  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => {
    scopes.stop()
    vi.useRealTimers()
  })

  it('records a scope until a while after its last reader left', () => {
    create({ keepMs: 100 })
    const scope = scopes.get(a)
    const leave = [scope?.join(), scopes.get(a)?.join()]
    vi.advanceTimersByTime(1_000)
    expect(scopes.get(a)).toBe(scope)
    leave[0]?.()
    leave[0]?.()
    vi.advanceTimersByTime(1_000)
    expect(recorded).toEqual(['a'])
    leave[1]?.()
    vi.advanceTimersByTime(99)
    expect(scopes.get(a)?.ring.before(1)).toEqual(origin)
    expect(recorded).toEqual(['a'])
    vi.advanceTimersByTime(1)
    expect(recorded).toEqual([])
    expect(scopes.get(a)).not.toBe(scope)
  })

  it('goes on recording for a reader that comes back in time', () => {
    create({ keepMs: 100 })
    scopes.get(a)?.join()()
    vi.advanceTimersByTime(99)
    scopes.get(a)?.join()
    vi.advanceTimersByTime(1_000)
    expect(recorded).toEqual(['a'])
  })

  it('forgets the scope that was left longest ago when there are too many', () => {
    create({ maxScopes: 2 })
    const leave = scopes.get(a)?.join()
    scopes.get(b)?.join()()
    leave?.()
    scopes.get(c)
    expect(recorded).toEqual(['a', 'c'])
  })

  it('takes no new scope while all of them have readers', () => {
    create({ maxScopes: 1 })
    const leave = scopes.get(a)?.join()
    expect(scopes.get(b)).toBeUndefined()
    leave?.()
    expect(scopes.get(b)).toBeDefined()
    expect(recorded).toEqual(['b'])
  })

  it('records nothing any more when it is stopped', () => {
    create({})
    const leave = scopes.get(a)?.join()
    scopes.get(b)
    scopes.stop()
    leave?.()
    expect(recorded).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })
})
