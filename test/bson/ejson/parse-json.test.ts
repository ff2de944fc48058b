import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonNumber, type Json } from '../../../src/bson/ejson/json.ts'
import { parseJson } from '../../../src/bson/ejson/parse-json.ts'

/** The value as `JSON.parse` gives it. */
function toPlain(json: Json): unknown {
  if (json instanceof JsonNumber) return JSON.parse(json.text)
  if (json instanceof Map)
    return Object.fromEntries([...(json as Map<string, Json>)].map(([name, value]) => [name, toPlain(value)]))
  return Array.isArray(json) ? json.map((item: Json) => toPlain(item)) : json
}

describe('parseJson', () => {
  it('gives what JSON.parse gives, of any JSON in any layout', () => {
    const anyText = fc.tuple(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 1, '\t', '\n \r'))
    fc.assert(
      fc.property(anyText, ([value, space]) => {
        const text = JSON.stringify(value, null, space)
        expect(toPlain(parseJson(text))).toEqual(JSON.parse(text))
      }),
    )
  })

  it('takes a text just where JSON.parse does, a name that comes twice apart', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '"a"',
      '"b":',
      '0',
      '1',
      '-',
      '.',
      'e',
      'true',
      'null',
      ' ',
      '\n',
      '\0',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        const isJson = canRun(() => JSON.parse(text))
        const isTaken = canRun(() => parseJson(text))
        if (isTaken || !text.includes('"')) expect(isTaken).toBe(isJson)
        else if (isJson) expect(() => parseJson(text)).toThrow(/twice/)
      }),
      { numRuns: 2_000 },
    )
  })

  it('keeps all digits of numbers', () => {
    expect(parseJson('[1.10, 9007199254740993]')).toEqual([new JsonNumber('1.10'), new JsonNumber('9007199254740993')])
  })
})

function canRun(run: () => unknown): boolean {
  try {
    run()
    return true
  } catch {
    return false
  }
}
