import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acceptedFormats } from '../../../../../src/relay/transport/http/requests/accepted-formats.ts'

const PLAIN = 'application/json'
const OWN = 'application/graphql-response+json'
const STREAM = 'text/event-stream'

describe('Accept', () => {
  it.each<[string | undefined, string | undefined, boolean]>([
    [undefined, PLAIN, true],
    ['', PLAIN, true],
    ['*/*', PLAIN, true],
    ['*', PLAIN, true],
    ['application/*', PLAIN, false],
    ['text/*', undefined, true],
    ['Text/Event-Stream', undefined, true],
    ['APPLICATION/GRAPHQL-RESPONSE+JSON', OWN, false],
    [`${OWN}, ${PLAIN}`, OWN, false],
    [`${PLAIN}, ${OWN}`, PLAIN, false],
    [`${PLAIN};q=0.5, ${OWN}`, OWN, false],
    [`${PLAIN};q=.5,${OWN};Q=0.4`, PLAIN, false],
    [`${OWN}, */*`, OWN, true],
    [`${PLAIN};q=0, */*`, OWN, true],
    [`${PLAIN};q=0, ${OWN};q=0.000, */*;q=0.1`, undefined, true],
    [`${STREAM};q=0, */*`, PLAIN, false],
    ['text/*;q=0, */*', PLAIN, false],
    [`text/*;q=0, ${STREAM}`, undefined, true],
    ['*/*;q=0', undefined, false],
    ['image/png', undefined, false],
    ['nonsense', undefined, false],
    [`${PLAIN};charset=utf-8`, PLAIN, false],
    [`${PLAIN} ; Charset="UTF-8" ; q=1`, PLAIN, false],
    [`${PLAIN};charset=utf-16, ${STREAM}`, undefined, true],
    [`${PLAIN};profile="a,b;q=0"`, PLAIN, false],
    [`image/png;x="${PLAIN}, ${STREAM}"`, undefined, false],
    [`${PLAIN};q=x`, PLAIN, false],
    [` , ,${PLAIN},`, PLAIN, false],
  ])('%j takes one result as %s, and event streams: %s', (accept, json, stream) => {
    expect(acceptedFormats(accept)).toMatchObject({ json, stream })
  })

  it.each<[string, boolean]>([
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
    ['TEXT/HTML', true],
    ['text/html, */*', true],
    ['*/*', false],
    ['text/*', false],
    ['text/html;q=0, application/json', false],
    ['application/json, text/html;q=0.9', false],
    ['text/html;q=0.5, text/event-stream', false],
  ])('%j is a browser’s that opens a page: %s', (accept, html) => {
    expect(acceptedFormats(accept).prefersHtml).toBe(html)
  })

  it.each<[string, boolean]>([
    [STREAM, true],
    [`${STREAM}, ${PLAIN}`, false],
    [`${STREAM}, ${PLAIN};q=0.9`, true],
    [`${STREAM}, */*;q=0.1`, true],
    ['*/*', false],
  ])('%j has one result sent as an event stream: %s', (accept, stream) => {
    expect(acceptedFormats(accept).prefersStream).toBe(stream)
  })

  it('takes what RFC 9110 says, whatever the case, spaces and order', () => {
    const types = [PLAIN, OWN, STREAM, 'application/*', 'text/*', '*/*', 'image/png']
    const weights = ['', '0', '0.0', '0.001', '0.5', '1', '1.000']
    const range = fc.record({
      type: fc.constantFrom(...types),
      weight: fc.constantFrom(...weights),
      isUpper: fc.boolean(),
      space: fc.constantFrom('', ' ', '\t'),
    })
    const ranges = fc.uniqueArray(range, { selector: ({ type }) => type, minLength: 1, maxLength: 7 })
    fc.assert(
      fc.property(ranges, (given) => {
        const header = given
          .map(({ type, weight, isUpper, space }) => {
            const name = isUpper ? type.toUpperCase() : type
            return `${space}${name}${weight === '' ? '' : `${space};${space}q=${weight}`}`
          })
          .join(',')
        const weightOf = (type: string) => {
          const most = [type, `${type.split('/')[0]}/*`, '*/*'].flatMap(
            (name) => given.find((one) => one.type === name) ?? [],
          )
          return most[0] ? Number(most[0].weight || 1) : 0
        }
        const { json, stream } = acceptedFormats(header)
        expect([header, stream]).toEqual([header, weightOf(STREAM) > 0])
        const best = Math.max(weightOf(PLAIN), weightOf(OWN))
        if (best === 0) expect([header, json]).toEqual([header, undefined])
        else expect([header, weightOf(json ?? '')]).toEqual([header, best])
      }),
    )
  })

  it('is read in one pass, whatever it holds', () => {
    const pieces = fc.constantFrom('"', '\\', ';', ',', 'q=', '/', '*', 'a', '\\"', '=', PLAIN)
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 50 }), (texts) => {
        expect(() => acceptedFormats(texts.join(''))).not.toThrow()
      }),
    )
    for (const text of ['"\\', '"', '\\"', ';"', ',;', '"\\"']) acceptedFormats(text.repeat(40_000))
  }, 5_000)
})
