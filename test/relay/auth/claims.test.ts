import { describe, expect, it } from 'vitest'
import { claimAt, hasClaim } from '../../../src/relay/auth/claims.ts'

const claims = {
  tenant: 'a',
  level: 3,
  admin: false,
  groups: ['x', 'y'],
  'https://example.com/org': 'acme',
  realm: { access: { roles: ['r'] }, 'a.b': 1 },
  nothing: null,
  mixed: ['x', {}],
  huge: 9_007_199_254_740_993,
  fraction: 0.5,
  ['__proto__']: 'own',
}

describe('a claim', () => {
  it.each([
    ['tenant', 'a'],
    ['level', 3],
    ['admin', false],
    ['fraction', 0.5],
    ['groups', ['x', 'y']],
    ['https://example.com/org', 'acme'],
    ['realm.access.roles', ['r']],
    ['realm.a.b', 1],
  ])('%s is found', (path, value) => {
    expect(claimAt(claims, path)).toEqual(value)
  })

  it.each([
    'none',
    'realm',
    'realm.access',
    'nothing',
    'mixed',
    'huge',
    'tenant.length',
    'groups.0',
    'constructor',
    'toString.name',
    'realm.__proto__',
    '',
  ])('%s is none that can be used', (path) => {
    expect(claimAt(claims, path)).toBeUndefined()
  })

  it('is equal to what is asked for, one of it, or holds it', () => {
    expect(hasClaim(claims, 'tenant', 'a')).toBe(true)
    expect(hasClaim(claims, 'tenant', ['b', 'a'])).toBe(true)
    expect(hasClaim(claims, 'groups', 'y')).toBe(true)
    expect(hasClaim(claims, 'groups', ['z', 'y'])).toBe(true)
    expect(hasClaim(claims, 'admin', false)).toBe(true)
    expect(hasClaim(claims, 'level', '3')).toBe(false)
    expect(hasClaim(claims, 'groups', 'z')).toBe(false)
    expect(hasClaim(claims, 'none', 'a')).toBe(false)
  })
})
