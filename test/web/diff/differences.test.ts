import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budget } from '../../../web/diff/budget.ts'
import { compare, type Difference } from '../../../web/diff/compare.ts'
import { toDifferences } from '../../../web/diff/differences.ts'
import { readEvent } from '../../../web/json/event.ts'
import { applyDifferences, type Json } from './apply-differences.ts'

/** Differences on one line each: `~a.b 1 2`, `+a 1`, `-a 1`, `=a 1`, `<a 5 3`. */
function toLines(event: unknown): string[] {
  const sign = { changed: '~', added: '+', removed: '-', set: '=', shortened: '<' }
  return toDifferences(event).list.map((one) => {
    const values = ['before', 'after'].flatMap((side) =>
      side in one ? [JSON.stringify(one[side as keyof Difference])] : [],
    )
    return [`${sign[one.kind]}${one.path.join('.')}`, ...values].join(' ')
  })
}

function update(updateDescription: object, fullDocumentBeforeChange?: Json): object {
  return { operationType: 'update', updateDescription, ...(fullDocumentBeforeChange && { fullDocumentBeforeChange }) }
}

describe('differences', () => {
  it('make of the document from before it the one after it', () => {
    const name = fc.constantFrom('a', 'b', 'c', '7', '__proto__', 'x.y', '')
    const value = fc.letrec<{ value: Json; document: Json }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<Json>(1, 2, 'x', null),
        tie('document'),
        fc.array(tie('value'), { maxLength: 5 }),
      ),
      document: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    }))
    fc.assert(
      fc.property(value.document, value.document, (before, after) => {
        const differences = [...compare(before, after, [], new Budget(Infinity))]
        expect(applyDifferences(before, differences)).toEqual(after)
        // and nothing is different that is not
        for (const one of differences) if (one.kind === 'changed') expect(one.before).not.toEqual(one.after)
      }),
      { numRuns: 500 },
    )
  })

  it('of an update are old and new by path, with the document from before it', () => {
    const description = {
      updatedFields: { status: 'paid', 'address.city': 'Bern', 'items.1.qty': 3, tags: ['a'], paidAt: 1 },
      removedFields: ['draft', 'gone'],
      truncatedArrays: [{ field: 'log', newSize: 2 }],
    }
    const before = {
      status: 'new',
      address: { city: 'Rome' },
      items: [{}, { qty: 1 }],
      tags: [],
      draft: true,
      log: [1, 2, 3],
    }
    expect(toLines(update(description, before))).toEqual([
      ...['~status "new" "paid"', '~address.city "Rome" "Bern"', '~items.1.qty 1 3', '+tags.0 "a"', '+paidAt 1'],
      ...['-draft true', '-gone', '<log 3 2'],
    ])
    expect(toLines(update(description))).toEqual([
      ...[
        '=status "paid"',
        '=address.city "Bern"',
        '=items.1.qty 3',
        '=tags ["a"]',
        '=paidAt 1',
        '-draft',
        '-gone',
        '<log 2',
      ],
    ])
  })

  it('go by the components of paths that could mean several', () => {
    const description = { updatedFields: { 'a.b.0': 2 }, disambiguatedPaths: { 'a.b.0': ['a.b', '0'] } }
    expect(toLines(update(description, { 'a.b': { '0': 1 } }))).toEqual(['~a.b.0 1 2'])
    const unexplained = update({ updatedFields: { 'a.b': 2 }, removedFields: ['c.d'] }, { 'a.b': 1, 'c.d': 3 })
    expect(toLines(unexplained)).toEqual(['~a.b 1 2', '-c.d 3'])
    const text =
      '{"updateDescription":{"updatedFields":{"a.0":2},"disambiguatedPaths":{"a.0":["a",0]}},"fullDocumentBeforeChange":{"a":[1]}}'
    expect(toDifferences(readEvent(text)).list).toMatchObject([{ kind: 'changed', path: ['a', '0'] }])
  })

  it('of what comes whole are its fields', () => {
    const [a, b] = [
      { _id: 1, x: 1 },
      { _id: 1, x: 2, y: { $oid: 'z' } },
    ]
    expect(toLines({ operationType: 'insert', fullDocument: a })).toEqual(['+_id 1', '+x 1'])
    expect(toLines({ operationType: 'replace', fullDocument: a })).toEqual(['=_id 1', '=x 1'])
    expect(toLines({ operationType: 'delete', fullDocumentBeforeChange: a })).toEqual(['-_id 1', '-x 1'])
    const replaced = { operationType: 'replace', fullDocument: b, fullDocumentBeforeChange: a }
    expect(toLines(replaced)).toEqual(['~x 1 2', '+y {"$oid":"z"}'])
    // a view makes updates without a description
    expect(toLines({ ...replaced, operationType: 'update', updateDescription: null })).toEqual([
      '~x 1 2',
      '+y {"$oid":"z"}',
    ])
  })

  it('keep a value of Extended JSON in one piece', () => {
    const [one, other] = [{ at: { $date: { $numberLong: '1' } } }, { at: { $date: { $numberLong: '2' } } }]
    expect(toLines({ operationType: 'replace', fullDocument: other, fullDocumentBeforeChange: one })).toEqual([
      '~at {"$date":{"$numberLong":"1"}} {"$date":{"$numberLong":"2"}}',
    ])
  })

  it('are none of what is no event', () => {
    for (const event of [
      null,
      1,
      'x',
      [],
      {},
      { operationType: 'drop' },
      { updateDescription: { updatedFields: 5 } },
    ]) {
      expect(toDifferences(event)).toEqual({ list: [], isComplete: true })
    }
  })

  it('look at so much and no more of huge documents, and say so', () => {
    let reads = 0
    const counted = (item: unknown) =>
      new Proxy(
        Array.from({ length: 1_000_000 }, () => item),
        {
          get(array, key, receiver) {
            reads += 1
            return Reflect.get(array, key, receiver) as unknown
          },
        },
      )
    const event = { fullDocumentBeforeChange: { a: counted(1), b: 1 }, fullDocument: { a: counted(1), b: 2 } }
    expect(toDifferences(event).isComplete).toBe(false)
    expect(reads).toBeLessThan(100_000)
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`f${at}`, at]))
    expect(toDifferences({ operationType: 'insert', fullDocument: wide }, 10)).toMatchObject({ isComplete: false })
    expect(toDifferences(update({ updatedFields: { f7: 8 } }, wide)).list).toEqual([
      { kind: 'set', path: ['f7'], after: 8 },
    ])
  })
})
