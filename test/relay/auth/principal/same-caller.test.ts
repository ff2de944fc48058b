import { describe, expect, it } from 'vitest'
import { isSameCaller } from '../../../../src/relay/auth/principal/same-caller.ts'

const ADA = {
  subject: 'ada',
  roles: ['a', 'b'],
  claims: { tenant: 't1', deep: { x: [1] }, exp: 1, iat: 1, nbf: 1, jti: 'x' },
}

describe('isSameCaller', () => {
  it('does not mind what belongs to the token, nor the order of roles', () => {
    const renewed = {
      ...ADA,
      roles: ['b', 'a'],
      claims: { jti: 'y', exp: 2, deep: { x: [1] }, tenant: 't1' },
      expiresAtMs: 2,
    }
    expect(isSameCaller(ADA, renewed)).toBe(true)
  })

  it.each([
    ['subject', { ...ADA, subject: 'eve' }],
    ['fewer roles', { ...ADA, roles: ['a'] }],
    ['more roles', { ...ADA, roles: ['a', 'b', 'c'] }],
    ['claim', { ...ADA, claims: { ...ADA.claims, tenant: 't2' } }],
    ['claim within', { ...ADA, claims: { ...ADA.claims, deep: { x: [2] } } }],
    ['fewer claims', { ...ADA, claims: { tenant: 't1' } }],
    ['more claims', { ...ADA, claims: { ...ADA.claims, admin: true } }],
  ])('sees another %s', (_name, other) => {
    expect(isSameCaller(ADA, other)).toBe(false)
  })
})
