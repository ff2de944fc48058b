import { describe, expect, it } from 'vitest'
import { compileRegex } from '../../../../src/engine/query/regex/compile.ts'
import { GuardedRegExp } from '../../../../src/engine/query/regex/guarded.ts'
import { worstCasePower } from '../../../../src/engine/query/regex/cost.ts'
import { codeOf } from '../matching.ts'

describe('the worst case of a regular expression', () => {
  it.each([
    ['abc', 1],
    ['a?b', 1],
    ['a*b', 2],
    ['a+?b', 2],
    ['a{2,}', 2],
    ['a{2,4}', 1],
    ['.*a.*b', 3],
    ['(?:abc)+', 2],
    ['[+*](a)', 1],
    ['\\*\\+', 1],
    ['(a+)b', 2],
    ['(a)\\1', 2],
    ['(a+)+', Infinity],
    ['(a|b)*', Infinity],
    ['(?:a?b)*', Infinity],
    ['((a*)b)*', Infinity],
    ['(a*){20,}', Infinity],
  ])('of %j grows with the power %d', (source, power) => {
    expect(worstCasePower(source)).toBe(power)
  })
})

describe('a search that would take very long', () => {
  it.each([
    ['^(a+)+$', 40],
    ['(a|aa)+$', 60],
    ['a*a*a*a*a*b', 5_000],
  ])('ends with an error: %j', (pattern, length) => {
    expect(codeOf(() => compileRegex(pattern, '').test(`${'a'.repeat(length)}!`))).toBe(51156)
  })

  it('is none when the same expression finds its answer soon', () => {
    const regex = compileRegex('^(a+)+$', 'i')
    expect(regex.test('A'.repeat(5_000))).toBe(true)
    expect(regex.test('b'.repeat(5_000))).toBe(false)
    expect(regex.exec('aaa')?.[1]).toBe('aaa')
  })

  it('ends with an error for all matches, too', () => {
    const slow = compileRegex('(a|aa)+$', '')
    const all = new GuardedRegExp(slow, `${slow.flags}g`)
    expect(codeOf(() => [...`${'a'.repeat(60)}!`.matchAll(all)])).toBe(51156)
    expect([...'xaxaa'.matchAll(new GuardedRegExp('(a|b)+', 'gu'))].map(([text]) => text)).toEqual(['a', 'aa'])
  })

  it('leaves nothing behind for the next one', () => {
    const slow = compileRegex('^(a+)+$', '')
    expect(codeOf(() => slow.test(`${'a'.repeat(40)}!`))).toBe(51156)
    expect(compileRegex('^(b+)+$', '').test('b'.repeat(40))).toBe(true)
    expect(['x,y'.split(compileRegex(',', '')), 'x-y'.replace(compileRegex('-', ''), '+')]).toEqual([['x', 'y'], 'x+y'])
  })
})
