import { describe, expect, it } from 'vitest'
import { compilePattern } from '../../../../src/relay/access/rules/namespace-pattern.ts'

const fits = (pattern: string, db: string, coll: string) => compilePattern(pattern).covers({ db, coll })

describe('a pattern of namespaces', () => {
  it.each([
    ['shop.orders', 'shop', 'orders', true],
    ['shop.orders', 'shop', 'orders2', false],
    ['shop.orders', 'shop', 'order', false],
    ['shop.orders', 'Shop', 'orders', false],
    ['shop.orders', 'shop2', 'orders', false],
    ['shop.*', 'shop', 'a.b.c', true],
    ['shop.*', 'shops', 'a', false],
    ['*', 'any', 'thing', true],
    ['*.*', 'any', 'thing', true],
    ['*.orders', 'any', 'orders', true],
    ['*.orders', 'any', 'x.orders', false],
    ['tenant-*.orders', 'tenant-7', 'orders', true],
    ['tenant-*.orders', 'tenant-', 'orders', true],
    ['tenant-*.orders', 'other-7', 'orders', false],
    ['shop.a.*', 'shop', 'a.b', true],
    ['shop.a.*', 'shop', 'axb', false],
    ['shop.*a*b*', 'shop', 'xaybz', true],
    ['shop.*a*b*', 'shop', 'ba', false],
    ['shop.a*a', 'shop', 'a', false],
    ['shop.a*a', 'shop', 'aa', true],
    ['shop.ab*bc', 'shop', 'abc', false],
    ['shop.*ab*b', 'shop', 'ab', false],
    ['shop.[a-z]+', 'shop', 'abc', false],
    ['shop.(a|b)', 'shop', '(a|b)', true],
  ])('%j fits %s.%s: %s', (pattern, db, coll, expected) => {
    expect(fits(pattern, db, coll)).toBe(expected)
  })

  it('says whether it could fit something in a scope, and whether it fits everything in it', () => {
    const scopes = [{}, { db: 'shop' }, { db: 'shop', coll: 'orders' }, { db: 'other' }]
    const told = (text: string) => {
      const pattern = compilePattern(text)
      return scopes.map((scope) => (pattern.covers(scope) ? 'all' : pattern.canMatchIn(scope) ? 'some' : 'none'))
    }
    expect(told('shop.orders')).toEqual(['some', 'some', 'all', 'none'])
    expect(told('shop.*')).toEqual(['some', 'all', 'all', 'none'])
    expect(told('*.orders')).toEqual(['some', 'some', 'all', 'some'])
    expect(told('s*.*')).toEqual(['some', 'all', 'all', 'none'])
    expect(told('*')).toEqual(['all', 'all', 'all', 'all'])
  })

  it('takes no longer for a name that was made to be slow', () => {
    const pattern = `db.${'*a'.repeat(100)}*b`
    expect(fits(pattern, 'db', 'a'.repeat(250))).toBe(false)
    expect(fits(pattern, 'db', `${'a'.repeat(250)}b`)).toBe(true)
  })

  it.each([
    ['shop', 'is no pattern'],
    ['', 'is no pattern'],
    ['.orders', 'is no pattern'],
    ['shop.', 'is no pattern'],
    ['shop..a', 'is no pattern'],
    ['a b.c', 'does not allow'],
    ['a.$cmd', 'does not allow'],
    ['admin.*', 'internal to MongoDB'],
    ['shop.system.views', 'internal to MongoDB'],
  ])('refuses %j', (pattern, message) => {
    expect(() => compilePattern(pattern)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) }),
    )
  })
})
