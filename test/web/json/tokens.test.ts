import { describe, expect, it } from 'vitest'
import { toInlineTokens } from '../../../web/json/tokens.ts'

function toText(value: unknown, maxChars = 200): string | null {
  return (
    toInlineTokens(value, maxChars)
      ?.map((token) => token.text)
      .join('') ?? null
  )
}

describe('JSON on one line', () => {
  it.each([
    ['{ "a": 1, "b": [true, null, "x"], "c": {}, "d": [] }'],
    ['{ "_id": { "$oid": "65f0c1d2e3f4a5b6c7d8e9f0" } }'],
    ['"quotes \\" and \\u0007"'],
    ['-0.5'],
  ])('writes %s', (text) => {
    expect(toText(JSON.parse(text))).toBe(text)
  })

  it('shows keys that mean something to JavaScript like any other', () => {
    const text = '{ "__proto__": { "polluted": true }, "constructor": { "prototype": 1 }, "": 2, "toString": 3 }'
    expect(toText(JSON.parse(text))).toBe(text)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('gives up at exactly its limit', () => {
    expect(toText([1, 22], 7)).toBe('[1, 22]')
    expect(toText([1, 22], 6)).toBeNull()
    expect(toText('x'.repeat(10), 11)).toBeNull()
    expect(toText({ ['k'.repeat(50)]: 1 }, 40)).toBeNull()
  })

  it('gives up on any depth of nesting without overflowing the stack', () => {
    let value: unknown = 1
    for (let depth = 0; depth < 100_000; depth++) value = [value]
    expect(toText(value)).toBeNull()
  })

  it('names what each piece is', () => {
    expect(toInlineTokens({ a: ['s', 1, false] }, 72)?.map((token) => token.kind)).toEqual([
      ...['punctuation', 'key', 'punctuation', 'punctuation', 'string', 'punctuation', 'number', 'punctuation'],
      ...['literal', 'punctuation', 'punctuation'],
    ])
  })
})
