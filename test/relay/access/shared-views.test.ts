import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPolicy } from '../../../src/relay/access/rules/policy.ts'
import type { Rule } from '../../../src/relay/access/rules/rule.ts'
import { createSharedViews } from '../../../src/relay/access/shared-views.ts'
import type { Principal } from '../../../src/relay/auth/principal/principal.ts'
import { Unauthenticated } from '../../../src/relay/auth/unauthenticated.ts'
import { createTokenSealer } from '../../../src/relay/access/token-seal.ts'

const SCOPE = { db: 'shop', coll: 'orders' }
const SECRET = 'x'.repeat(32)
const HOUR = 3_600_000

const names = fc.constantFrom('a', 'b', 'c.d', 'c')
const scalars = fc.oneof(fc.constantFrom('x', 'y', '', '$claims.a'), fc.integer(), fc.boolean())
const values = fc.oneof(scalars, fc.array(scalars, { maxLength: 3 }), fc.constant(null), fc.record({ d: scalars }))
const principals: fc.Arbitrary<Principal> = fc.record({
  subject: fc.string(),
  roles: fc.subarray(['r', 's', 't']),
  claims: fc.dictionary(names, values),
})
const rules: fc.Arbitrary<Rule[]> = fc.array(
  fc.record(
    {
      namespaces: fc.constantFrom(['shop.orders'], ['shop.*'], ['*.*'], ['other.c']),
      roles: fc.subarray(['r', 's'], { minLength: 1 }),
      claims: fc.dictionary(names, scalars, { maxKeys: 1 }),
      where: fc.constantFrom<Rule['where']>(
        { tenant: '$claims.a' },
        { tenant: { $in: '$claims.b' } },
        { $or: [{ by: '$claims.c.d' }, { open: true }] },
      ),
    },
    { requiredKeys: ['namespaces'] },
  ),
  { minLength: 1, maxLength: 3 },
)

const keyOf = (of: readonly Rule[], principal: Principal) => {
  try {
    return createPolicy({ rules: of, tokenSecret: SECRET }).grantFor(principal, SCOPE).key
  } catch (error) {
    return String(error)
  }
}

describe('a shared view', () => {
  it('shows exactly what the caller sees who shares it, and is one for all who see the same', () => {
    fc.assert(
      fc.property(rules, principals, principals, (given, one, other) => {
        const views = createSharedViews({ rules: given, tokenSecret: SECRET, lifetimeMs: HOUR, now: () => 0 })
        const name = views.give(one, SCOPE)
        if (name === undefined) return
        expect(keyOf(given, views.open(name, SCOPE))).toBe(keyOf(given, one))
        expect(views.give({ ...one, subject: `not ${one.subject}` }, SCOPE)).toBe(name)
        if (views.give(other, SCOPE) === name) expect(keyOf(given, other)).toBe(keyOf(given, one))
      }),
      { numRuns: 500 },
    )
  })

  const alice: Principal = { subject: 'alice', roles: ['r'], claims: { a: 'acme', secret: 'hidden' } }
  const only: readonly Rule[] = [{ namespaces: ['shop.orders'], where: { tenant: '$claims.a' } }]
  const at = (nowMs: number, tokenSecret = SECRET) =>
    createSharedViews({ rules: only, tokenSecret, lifetimeMs: HOUR, now: () => nowMs })

  it.each([0, 1, 1_799_999, 1_800_000, 7_654_321])(
    'lasts for half of its time to all of it, from %i ms on',
    (nowMs) => {
      const name = at(nowMs).give(alice, SCOPE) ?? ''
      expect(at(nowMs + HOUR / 2 - 1).open(name, SCOPE)).toMatchObject({ roles: [], claims: { a: 'acme' } })
      expect(() => at(nowMs + HOUR).open(name, SCOPE)).toThrow('is over')
    },
  )

  it('is of its scope and its secret, and nothing else is taken for it', () => {
    const name = at(0).give(alice, SCOPE) ?? ''
    expect(() => at(0).open(name, { db: 'shop', coll: 'other' })).toThrow(Unauthenticated)
    expect(() => at(0, 'y'.repeat(32)).open(name, SCOPE)).toThrow(Unauthenticated)
    // what a caller can have sealed with the same secret: their own text as a resume token
    const forged = createTokenSealer(SECRET)(SCOPE).seal(JSON.stringify([HOUR, ['admin'], {}]))
    for (const odd of ['', 'x', forged, `${name}A`, name.slice(0, -1), name.toUpperCase()]) {
      expect(() => at(0).open(odd, SCOPE)).toThrow(Unauthenticated)
    }
  })

  it('needs a secret', () => {
    const make = () => createSharedViews({ rules: only, tokenSecret: undefined, lifetimeMs: HOUR, now: () => 0 })
    expect(make).toThrow('`sharedViewMs` needs a `tokenSecret`, which must have 32 characters or more')
  })

  it('is not given where its name would be too long for a URL', () => {
    expect(at(0).give({ ...alice, claims: { a: 'x'.repeat(2_000) } }, SCOPE)).toBeUndefined()
  })
})
