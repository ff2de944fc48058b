import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Binary, Timestamp } from '../../../../src/bson/values.ts'
import { valueToEjsonText } from '../../../../src/bson/ejson/to-ejson-text.ts'
import { documentOf } from '../../../support/documents.ts'
import { fromTokenString, toTokenString } from '../../../../src/relay/changes/tokens/resume-token.ts'

describe('resume tokens as strings', () => {
  it('are the hex digits of a token as servers make it', () => {
    expect(toTokenString(documentOf({ _data: '8265A0' }))).toBe('8265A0')
    expect(fromTokenString('8265A0')).toEqual(documentOf({ _data: '8265A0' }))
  })

  it.each([
    ['binary data', { _data: new Binary(Buffer.from([1, 2, 3])) }],
    ['further fields', { _data: '8265A0', _typeBits: new Binary(Buffer.from([1])) }],
    ['another shape', { ts: new Timestamp({ t: 1, i: 2 }) }],
  ])('give back a token with %s', (_name, shape) => {
    const token = documentOf(shape)
    expect(fromTokenString(toTokenString(token))).toEqual(token)
    expect(toTokenString(token)).toMatch(/^[A-Za-z0-9_-]+$/)
  })

  it('are in the order of the events, whatever types the numbers in their keys have', () => {
    const bytes = (min: number, max: number) => fc.uint8Array({ minLength: min, maxLength: max })
    const key = fc.tuple(bytes(1, 6), fc.option(bytes(1, 4)))
    fc.assert(
      fc.property(fc.array(key, { minLength: 2, maxLength: 20 }), (keys) => {
        // the time, and the end that no token is without
        const tokens = keys.map(([data, bits], at) => {
          const hex = Buffer.from([0x82, 0, 0, 0, at, 0, 0, 0, 1, ...data, 4])
            .toString('hex')
            .toUpperCase()
          return documentOf(bits ? { _data: hex, _typeBits: new Binary(Buffer.from(bits)) } : { _data: hex })
        })
        const texts = tokens.map(toTokenString)
        expect(texts.toSorted()).toEqual(texts)
        expect(texts.map(fromTokenString)).toEqual(tokens)
      }),
    )
  })

  it('are read in the form that tokens with types once had', () => {
    const token = documentOf({ _data: '8265A0', _typeBits: new Binary(Buffer.from([1])) })
    const text = Buffer.from(valueToEjsonText(token, 'CANONICAL')).toString('base64url')
    expect(fromTokenString(text)).toEqual(token)
    expect(toTokenString(fromTokenString(text))).toBe('8265A0T01')
  })

  it('are of any length, because the document key is part of them', () => {
    const hex = documentOf({ _data: '82'.repeat(20_000_000) })
    expect(fromTokenString(toTokenString(hex))).toEqual(hex)
    const other = documentOf({ _data: '82'.repeat(50_000), _typeBits: new Binary(Buffer.alloc(100_000)) })
    expect(fromTokenString(toTokenString(other))).toEqual(other)
  })

  it.each(['', '8265A', 'not a token', 'bm90IGpzb24', 'MQ'])('are refused when they are something else: %s', (text) => {
    expect(() => fromTokenString(text)).toThrow(expect.objectContaining({ code: 'RESUME_TOKEN_INVALID' }))
  })
})
