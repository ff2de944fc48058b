import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { valueToEjsonText } from '../../../../src/bson/ejson/to-ejson-text.ts'
import { complete, type Completion } from '../../../../web/filter/completion/complete.ts'
import { toFilterText } from '../../../../web/filter/read-filter.ts'
import { Mistake } from '../../../../web/shell/mistake.ts'
import { parseShellDocument } from '../../../../web/shell/parse.ts'
import { anyDocument } from '../../../support/random/arbitrary.ts'

const NAMES = ['status', 'address', 'address.city', 'items', 'items.qty', 'to', 'odd name', 'a"b', '__proto__']

/** What is offered where `|` stands. */
function at(marked: string): readonly Completion[] {
  const caret = marked.indexOf('|')
  return complete(marked.replace('|', ''), caret, NAMES).list
}

/** The text with what is offered first. */
function first(marked: string): string {
  const text = marked.replace('|', '')
  const { start, end, list } = complete(text, marked.indexOf('|'), NAMES)
  return `${text.slice(0, start)}${list[0]?.insert ?? ''}${text.slice(end)}`
}

describe('completion', () => {
  it.each([
    ['{|', '{status: '],
    ['|', 'status: '],
    ['{st|', '{status: '],
    ['{STAT|', '{status: '],
    ['{"st|', '{"status": '],
    ['{"st|": 1}', '{"status": 1}'],
    ["{'st|': 1}", '{"status": 1}'],
    ['{st|: 1}', '{status: 1}'],
    ['{address.|', '{"address.city": '],
    ['{city|', '{"address.city": '],
    ['{odd|', '{"odd name": '],
    ['{"a\\|', '{"a\\'],
    ['{fullDocument.t|', '{"fullDocument.to": '],
    ['{to.d|', '{"to.db": '],
    ['{fullDocument.st|', '{"fullDocument.status": '],
    ['{oper|', '{operationType: '],
    ['{a: 1, st|', '{a: 1, status: '],
    ['{$o|', '{$or: '],
    ['{$or: [{st|', '{$or: [{status: '],
    ['{n: {|', '{n: {$eq: '],
    ['{n: {$gt|e', '{n: {$gte: e'],
    ['{n: {$gt: 1, $l|', '{n: {$gt: 1, $lt: '],
    ['{n: {$not: {$g|', '{n: {$not: {$gt: '],
    ['{items: {$elemMatch: {q|', '{items: {$elemMatch: {qty: '],
    ['{items: {$elemMatch: {$g|', '{items: {$elemMatch: {$gt: '],
    ['{operationType: |', '{operationType: "insert"'],
    ['{operationType: "up|"', '{operationType: "update"'],
    ['{operationType: {$in: ["update", "de|', '{operationType: {$in: ["update", "delete"'],
    ['{n: {$exists: |', '{n: {$exists: true'],
    ['{_id: Obj|', '{_id: ObjectId('],
    ['{at: {$gte: IS|', '{at: {$gte: ISODate('],
    ['{a: tr|', '{a: true'],
  ])('in %s makes %s', (marked, text) => {
    expect(first(marked)).toBe(text)
  })

  it.each(['{a: 1|', '{a: 1 |', '{a|: "x" b', '{a: |', '{a: "st|', '{a: 1}|', '{a: ObjectId("|', '{a: % st|'])(
    'is silent in %s',
    (marked) => {
      expect(at(marked).filter(({ label }) => label !== 'a' && !label.includes('a'))).toEqual([])
    },
  )

  it('offers a dozen at most, the likeliest first, and not what is there already', () => {
    expect(at('{|')).toHaveLength(12)
    expect(at('{status|').map(({ label }) => label)).toEqual([])
    // a field of documents with the name of a field of events is only found there
    expect(at('{to|').map(({ label }) => label)).toEqual(['to.db', 'to.coll', 'fullDocument.to', '__proto__'])
    expect(at('{$|').map(({ kind }) => kind)).toEqual(['operator', 'operator', 'operator', 'operator'])
  })

  it('puts in what can be read, at any place of any filter', () => {
    const filter = anyDocument
      .filter((one) => !valueToEjsonText(one, 'CANONICAL').includes('$undefined'))
      .map((one) => toFilterText(valueToEjsonText(one, 'CANONICAL')))
      .filter((text) => text.length < 2_000)
    fc.assert(
      fc.property(filter, fc.nat(), fc.nat(), (text, place, choice) => {
        const caret = place % (text.length + 1)
        const { start, end, list } = complete(text, caret, NAMES)
        const chosen = list[choice % Math.max(1, list.length)]
        if (!chosen) return
        const whole = `${text.slice(0, start)}${chosen.insert}`
        expect(start <= caret && caret <= end).toBe(true)
        // nothing is wrong before the end of what was put in
        try {
          parseShellDocument(whole)
        } catch (error) {
          expect(error).toBeInstanceOf(Mistake)
          const { message, start: wrong } = error as Mistake
          if (!message.startsWith('Expected each name once'))
            expect(wrong).toBeGreaterThanOrEqual(whole.trimEnd().length)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('takes any text, at any place', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[](),:"\'\\$a.1 \n') }), fc.nat(40), (text, caret) => {
        const { start, end } = complete(text, Math.min(caret, text.length), NAMES)
        expect(start <= end && end <= text.length).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})
