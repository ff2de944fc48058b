import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toIndentedJson } from '../../../src/bson/ejson/indented-json.ts'
import { readEvent } from '../../../web/json/event.ts'
import { toInlineTokens } from '../../../web/json/tokens.ts'
import { oddDocumentText, UNSAFE_NUMBERS } from '../../support/odd-names.ts'

const compact = (text: string) => text.replace(/\s/g, '')

describe('an event', () => {
  it('is shown and copied as its text was, whatever its names and numbers', () => {
    fc.assert(
      fc.property(oddDocumentText, fc.constantFrom(...UNSAFE_NUMBERS, '1.0', '-0'), (document, number) => {
        const text = `{"fullDocument":${document},"n":${number}}`
        const event = readEvent(text)
        const shown = toInlineTokens(event, Infinity)?.map((token) => token.text)
        expect(compact(shown?.join('') ?? '')).toBe(compact(text))
        expect(compact(toIndentedJson(event))).toBe(compact(text))
      }),
    )
  })

  it('is shown with all fields that have one name', () => {
    expect(compact(toIndentedJson(readEvent('{"a":1,"a":{"b":2,"b":3}}')))).toBe('{"a":1,"a":{"b":2,"b":3}}')
  })

  it('is shown as text where it is not to be read', () => {
    for (const text of ['{', `${'['.repeat(1_000)}${']'.repeat(1_000)}`]) expect(readEvent(text)).toBe(text)
  })

  it('is indented as JSON.stringify does it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value)
        expect(toIndentedJson(JSON.parse(text))).toBe(JSON.stringify(JSON.parse(text), undefined, 2))
      }),
    )
  })
})
