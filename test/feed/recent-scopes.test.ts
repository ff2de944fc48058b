import { Timestamp } from 'bson'
import { describe, expect, it } from 'vitest'
import { createRecentScopes } from '../../src/feed/recent-scopes.ts'

const origin = { at: new Timestamp({ t: 1, i: 1 }) }

describe('createRecentScopes', () => {
  it('remembers a scope for a while after its last reader left', () => {
    let now = 0
    const scopes = createRecentScopes({ keepMs: 100, now: () => now })
    const scope = scopes.get('a')
    scope?.ring.reset(origin)
    const leave = scope?.join()
    now = 1_000
    expect(scopes.get('a')).toBe(scope)
    leave?.()
    now = 1_099
    expect(scopes.get('a')?.ring.before(1)).toEqual(origin)
    now = 1_100
    expect(scopes.get('a')?.ring.before(1)).toBeUndefined()
  })

  it('forgets the scope that was left longest ago when there are too many', () => {
    let now = 0
    const scopes = createRecentScopes({ maxScopes: 2, now: () => now++ })
    const first = scopes.get('a')
    const second = scopes.get('b')
    first?.join()()
    const third = scopes.get('c')
    expect(scopes.get('a')).toBe(first)
    expect(scopes.get('c')).toBe(third)
    expect(scopes.get('b')).not.toBe(second)
  })

  it('takes no new scope while all of them have readers', () => {
    const scopes = createRecentScopes({ maxScopes: 1, now: () => 0 })
    const scope = scopes.get('a')
    const leave = scope?.join()
    expect(scopes.get('b')).toBeUndefined()
    leave?.()
    expect(scopes.get('b')).toBeDefined()
  })
})
