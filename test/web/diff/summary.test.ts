import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toShortValue } from '../../../web/diff/short-value.ts'
import { toSummary } from '../../../web/diff/summary.ts'
import { readEvent } from '../../../web/json/event.ts'
import { valueToEjsonText } from '../../../src/bson/ejson/to-ejson-text.ts'
import { anyDocument } from '../../support/random/arbitrary.ts'

function toText(event: unknown, maxChars?: number): string {
  return toSummary(event, maxChars)
    .map(({ text }) => text)
    .join('')
}

describe('the summary of an event', () => {
  it.each([
    [
      'status: "new" → "paid", +paidAt, -draft',
      {
        operationType: 'update',
        updateDescription: { updatedFields: { status: 'paid', paidAt: 1 }, removedFields: ['draft'] },
        fullDocumentBeforeChange: { status: 'new', draft: true },
      },
    ],
    ['status: "paid"', { operationType: 'update', updateDescription: { updatedFields: { status: 'paid' } } }],
    [
      'log: 3 items',
      { operationType: 'update', updateDescription: { truncatedArrays: [{ field: 'log', newSize: 3 }] } },
    ],
    ['status: "new", total: 5', { operationType: 'insert', fullDocument: { _id: 1, status: 'new', total: 5 } }],
    ['n: 1', { operationType: 'snapshot', fullDocument: { _id: 1, n: 1 } }],
    ['n: 1', { operationType: 'delete', fullDocumentBeforeChange: { _id: 1, n: 1 } }],
    ['', { operationType: 'delete', documentKey: { _id: 1 } }],
    ['→ shop.old', { operationType: 'rename', to: { db: 'shop', coll: 'old' } }],
    ['{ "indexes": [] }', { operationType: 'createIndexes', operationDescription: { indexes: [] } }],
    ['', { operationType: 'drop' }],
    ['', 'no event'],
  ])('is %s', (text, event) => {
    expect(toText(event)).toBe(text)
    expect(toText(readEvent(JSON.stringify(event)))).toBe(text)
  })

  it('says which pieces are old and which are new', () => {
    const updateDescription = { updatedFields: { a: 2 }, removedFields: ['b'] }
    expect(toSummary({ updateDescription, fullDocumentBeforeChange: { a: 1 } })).toEqual([
      { kind: 'name', text: 'a: ' },
      { kind: 'before', text: '1' },
      { kind: 'text', text: ' → ' },
      { kind: 'after', text: '2' },
      { kind: 'text', text: ', ' },
      { kind: 'before', text: '-b' },
    ])
  })

  it('is short, whatever the event holds', () => {
    const long = 'x'.repeat(1_000_000)
    const fields = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`f${at}`, at]))
    for (const fullDocument of [{ [long]: long }, fields, { a: fields }, { a: Array(100_000).fill(0) as number[] }]) {
      expect(toText({ operationType: 'insert', fullDocument }).length).toBeLessThan(180)
    }
    expect(toText({ operationType: 'insert', fullDocument: fields }, 20)).toBe('f0: 0, f1: 1, …')
    fc.assert(
      fc.property(anyDocument, anyDocument, (before, after) => {
        const [old, now] = [before, after].map((one) => valueToEjsonText(one, 'RELAXED'))
        const event = `{"operationType":"replace","fullDocumentBeforeChange":${old},"fullDocument":${now}}`
        expect(toText(readEvent(event)).length).toBeLessThan(300)
      }),
    )
  })
})

describe('a short value', () => {
  it.each([
    ['"a"', '"a"'],
    [JSON.stringify('x'.repeat(50)), `"${'x'.repeat(29)}…"`],
    ['12345678901234567890', '12345678901234567890'],
    ['null', 'null'],
    ['{"$oid":"6b0af0c1d2e3f4a5b6c7d41b"}', '6b0a…41b'],
    ['{"$date":"2026-01-31T12:00:00Z"}', '2026-01-31T12:00:00Z'],
    ['{"$date":{"$numberLong":"0"}}', '1970-01-01T00:00:00.000Z'],
    ['{"$numberDecimal":"1.10"}', '1.10'],
    ['{"$timestamp":{"t":7,"i":1}}', '7:1'],
    ['{"$binary":{"base64":"AQID","subType":"00"}}', '<AQID>'],
    ['{"$minKey":1}', 'minKey'],
    ['{"a":[1,2]}', '{ "a": [1, 2] }'],
    ['[1,2,3,4,5,6,7,8,9,10,11,12,13,14]', '[14]'],
    ['{"a":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","b":1}', '{2}'],
  ])('of %s is %s', (json, text) => {
    expect(toShortValue(readEvent(json))).toBe(text)
  })
})
