import { describe, expect, it } from 'vitest'
import { BSONRegExp, BSONSymbol } from '../../../../src/bson/values.ts'
import { compileRegex } from '../../../../src/engine/query/regex/compile.ts'
import { codeOf, compileCode, matches } from '../matching.ts'

describe('regular expressions', () => {
  it.each([
    ['^a', '', 'abc', true],
    ['^a', '', 'bab', false],
    ['A', 'i', 'bab', true],
    ['^b', 'm', 'a\nb', true],
    ['^b', '', 'a\nb', false],
    ['a$', '', 'a\n', true],
    ['a$', '', 'a\nb', false],
    ['a$', 'm', 'a\nb', true],
    ['a.b', '', 'a\nb', false],
    ['a.b', '', 'a\rb', true],
    ['a.b', 's', 'a\nb', true],
    ['a b # comment\n c', 'x', 'abc', true],
    ['(?i)ABC', '', 'abc', true],
    ['(?s)a.b', '', 'a\nb', true],
    ['\\Aab\\z', '', 'ab', true],
    ['\\Aab\\z', '', 'ab\n', false],
    ['\\Aab\\Z', '', 'ab\n', true],
    ['\\Qa.b\\E+', '', 'a.bb', true],
    ['\\Qa.b\\E', '', 'axb', false],
    ['[[:digit:]]+', '', 'x1', true],
    ['[[:alpha:][:digit:]_]', '', '-', false],
    ['(?<year>\\d+)-\\k<year>', '', '12-12', true],
    ['(?P<y>\\d+)-\\k<y>', '', '12-12', true],
    ['(a)(b)\\2', '', 'abb', true],
    ['\\x41\\x{42}', '', 'AB', true],
    ['\\p{L}+', '', 'é', true],
    ['a{2}', '', 'aa', true],
    ['a{,2}', '', 'a{,2}', true],
    ['a{x}', '', 'a{x}', true],
    ['a}]', '', 'a}]', true],
    ['[]a]', '', ']', true],
    ['[^]a]', '', ']', false],
    ['[a-z-]', '', '-', true],
    ['\\-\\_\\@', '', '-_@', true],
    ['a/b', '', 'a/b', true],
    ['\\/', '', '/', true],
    ['^.$', '', '𝄞', true],
    ['(?=a)a(?!c)', '', 'ab', true],
    ['(?<=a)b', '', 'ab', true],
    ['a(?#note)b', '', 'ab', true],
    ['\\s', '', '\u00a0', false],
    ['[\\s]', '', '\u00a0', false],
    ['[[]', '', '[', true],
    ['', '', 'anything', true],
  ])('%j with options %j on %j is %s', (pattern, options, text, expected) => {
    expect(compileRegex(pattern, options).test(text)).toBe(expected)
  })

  it.each([
    ['('],
    [')'],
    ['['],
    ['*a'],
    ['a**'],
    ['\\'],
    ['(?<n>a)(?<n>b)'],
    ['\\3'],
    ['[z-a]'],
    ['(?R)'],
    ['[[:nope:]]'],
    ['[[:^alpha:]]'],
    ['a++b'],
    ['(?>a|b)c'],
    ['a(?-i)B'],
    ['(?P=y)'],
    ['\\h'],
    ['\\p{Greek}'],
  ])('refuses the invalid pattern %j, and what JavaScript has not', (pattern) => {
    expect(codeOf(() => compileRegex(pattern, ''))).toBe(51091)
  })

  it('refuses unknown options and zero bytes', () => {
    expect(codeOf(() => compileRegex('a', 'q'))).toBe(51108)
    expect(codeOf(() => compileRegex('a\0b', ''))).toBe(2)
  })
})

describe('$regex', () => {
  it('matches strings and symbols, elements, and itself as a value', () => {
    expect(matches({ a: new BSONRegExp('an') }, { a: 'Banana' })).toBe(true)
    expect(matches({ a: { $regex: '^[ab]', $options: 'i' } }, { a: 'Banana' })).toBe(true)
    expect(matches({ a: { $options: 'i', $regex: 'B' } }, { a: 'b' })).toBe(true)
    expect(matches({ a: { $regex: new BSONRegExp('b', 'i') } }, { a: ['x', 'B'] })).toBe(true)
    expect(matches({ a: { $regex: new BSONRegExp('b'), $options: 'i' } }, { a: 'B' })).toBe(true)
    expect(matches({ a: new BSONRegExp('x') }, { a: new BSONSymbol('x') })).toBe(true)
    expect(matches({ a: new BSONRegExp('x') }, { a: new BSONRegExp('x') })).toBe(true)
    expect(matches({ a: new BSONRegExp('x', 'i') }, { a: new BSONRegExp('x') })).toBe(false)
    expect(matches({ a: new BSONRegExp('1') }, { a: 1 })).toBe(false)
  })

  it('does not carry state from one document to the next', () => {
    const regex = compileRegex('a', '')
    expect([regex.test('a'), regex.test('a'), regex.test('a')]).toEqual([true, true, true])
  })

  it.each([
    [{ $regex: 1 }, 2],
    [{ $regex: 'a', $options: 1 }, 2],
    [{ $options: 'i' }, 2],
    [{ $regex: new BSONRegExp('a', 'i'), $options: 'i' }, 51075],
    [{ $options: 'i', $regex: new BSONRegExp('a', 'i') }, 51074],
    [{ $regex: '(' }, 51091],
    [{ $regex: 'a', $options: 'k' }, 51108],
  ])('refuses %j with %i', (condition, code) => {
    expect(compileCode({ a: condition })).toBe(code)
  })
})
