import { describe, expect, it } from 'vitest'
import { createPrincipalQuota } from '../../src/access/principal-quota.ts'
import type { Principal } from '../../src/access/principal.ts'
import { ANONYMOUS } from '../../src/access/principal.ts'

const named = (subject: string): Principal => ({ subject, roles: [], claims: {} })

describe('createPrincipalQuota', () => {
  it('counts by subject, whichever object says so', () => {
    const quota = createPrincipalQuota(undefined, 1)
    expect([quota.take(named('a')), quota.take(named('b'))]).toEqual([expect.any(Function), expect.any(Function)])
    expect(quota.take(named('a'))).toBeUndefined()
  })

  it('counts whoever is anonymous only when a limit is set, and nobody who is merely called so', () => {
    const usual = createPrincipalQuota(undefined, 1)
    expect([usual.take(ANONYMOUS), usual.take(ANONYMOUS)]).toEqual([expect.any(Function), expect.any(Function)])
    expect(usual.take(named('anonymous'))).toBeDefined()
    expect(usual.take(named('anonymous'))).toBeUndefined()
    const set = createPrincipalQuota(1, 5)
    expect(set.take(named('anonymous'))).toBeDefined()
    expect(set.take(ANONYMOUS)).toBeDefined()
    expect(set.take(ANONYMOUS)).toBeUndefined()
  })
})
