import { describe, expect, it } from 'vitest'
import { checkWhere, toRowFilter } from '../../../src/relay/access/row-filter.ts'
import { Int32, ObjectId } from '../../../src/bson/values.ts'
import { beginWork, countWork, stepsSoFar } from '../../../src/bson/work-budget.ts'
import { lazyOf } from '../../support/documents.ts'

const id = new ObjectId()

function visible(
  where: Record<string, unknown>,
  claims: Record<string, unknown>,
  document: object,
): boolean | 'denied' {
  checkWhere(where)
  return toRowFilter(where, claims)?.test(lazyOf(document)) ?? 'denied'
}

describe('a row filter', () => {
  it.each<[where: Record<string, unknown>, claims: Record<string, unknown>, document: object]>([
    [{ tenant: '$claims.t' }, { t: 'a' }, { tenant: 'a' }],
    [{ tenant: '$claims.t' }, { t: 1 }, { tenant: new Int32(1) }],
    [{ 'owner.id': { $eq: '$claims.user.id' } }, { user: { id: 'u' } }, { owner: { id: 'u' } }],
    [{ owner: { $oid: '$claims.sub' } }, { sub: id.toHexString() }, { owner: id }],
    [{ tenant: { $in: '$claims.t' } }, { t: ['a', 'b'] }, { tenant: 'b' }],
    [{ tenant: { $in: '$claims.t' } }, { t: 'a' }, { tenant: 'a' }],
    [{ tenant: { $in: ['public', '$claims.t'] } }, { t: ['a', 'b'] }, { tenant: 'b' }],
    [{ tenant: { $nin: ['$claims.t'] } }, { t: [] }, { tenant: 'b' }],
    [{ $or: [{ public: true }, { tenant: '$claims.t' }] }, { t: 'a' }, { public: true }],
    [{ at: { $lt: { $date: '$claims.until' } } }, { until: '2026-01-02T00:00:00Z' }, { at: new Date('2026-01-01') }],
    [{ price: '$5' }, {}, { price: '$5' }],
  ])('%j with %j lets %o through', (where, claims, document) => {
    expect(visible(where, claims, document)).toBe(true)
  })

  it.each<[where: Record<string, unknown>, claims: Record<string, unknown>, document: object]>([
    [{ tenant: '$claims.t' }, { t: '1' }, { tenant: new Int32(1) }],
    [{ tenant: { $nin: ['$claims.t'] } }, { t: ['a', 'b'] }, { tenant: 'b' }],
    [{ tenant: '$claims.t' }, { t: '$claims.t' }, { tenant: 'a' }],
  ])('%j with %j holds %o back', (where, claims, document) => {
    expect(visible(where, claims, document)).toBe(false)
  })

  it.each<[where: Record<string, unknown>, claims: Record<string, unknown>]>([
    [{ tenant: '$claims.t' }, {}],
    [{ tenant: '$claims.t' }, { t: null }],
    [{ tenant: '$claims.t' }, { t: { $ne: 1 } }],
    [{ tenant: '$claims.t' }, { t: ['a'] }],
    [{ tenant: { $ne: '$claims.t' } }, { t: ['a'] }],
    [{ tenant: { $in: '$claims.t' } }, { t: [{}] }],
    [{ owner: { $oid: '$claims.sub' } }, { sub: 'no ObjectId' }],
    [{ $or: [{ public: true }, { tenant: '$claims.t' }] }, {}],
  ])('%j denies a caller with %j', (where, claims) => {
    expect(visible(where, claims, { tenant: 'a', public: true })).toBe('denied')
  })

  it('compares what a claim holds, whatever it looks like', () => {
    const odd = '{"$gt": ""}'
    expect(visible({ tenant: '$claims.t' }, { t: odd }, { tenant: 'a' })).toBe(false)
    expect(visible({ tenant: '$claims.t' }, { t: odd }, { tenant: odd })).toBe(true)
  })

  it('is not ended by the limits of the embedded engine, nor by how long the turn has lasted', () => {
    const list = Array.from({ length: 1_000 }, (_, i) => new Int32(i))
    const filter = toRowFilter({ list: { $gte: 999 } }, {})
    const before = stepsSoFar()
    // the engine's time of this turn is up
    beginWork(-1)
    try {
      countWork(1_000)
      expect(() => countWork(1_000)).toThrow('operation exceeded time limit')
      expect(filter?.test(lazyOf({ list }))).toBe(true)
    } finally {
      beginWork()
    }
    expect(stepsSoFar() - before).toBeGreaterThan(3_000)
  })

  it('has equal keys for equal filters only', () => {
    const key = (t: unknown) => toRowFilter({ tenant: '$claims.t' }, { t, sub: Math.random() })?.key
    expect(key('a')).toBe(key('a'))
    expect(new Set([key('a'), key('b'), key('1'), key(1), key(true), key('true')]).size).toBe(6)
  })

  it.each<[where: Record<string, unknown>, message: string]>([
    [{}, 'empty'],
    [{ tenant: '$claim.t' }, '"$claim.t" names no claim'],
    [{ tenant: '$claims.' }, 'names no claim'],
    [{ $where: 'true' }, '$where'],
    [{ a: { $regex: 'x' } }, 'does not take the operator $regex'],
  ])('is refused when it is %j', (where, message) => {
    expect(() => checkWhere(where)).toThrow(message)
  })
})
