import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { valueToEjsonText } from '../../../src/bson/ejson/to-ejson-text.ts'
import { FIELD_OPERATORS, TOP_LEVEL_OPERATORS } from '../../../src/bson/query/operators.ts'
import { withinSteps } from '../../../src/bson/work-budget.ts'
import { RelayError } from '../../../src/errors.ts'
import { readEjsonDocument } from '../../../src/relay/changes/read-ejson.ts'
import { FIELD_WHERE_OPERATORS, TOP_LEVEL_WHERE_OPERATORS } from '../../../src/relay/changes/where-operators.ts'
import { compileWhere, type DocumentTest } from '../../../src/relay/changes/where.ts'
import { doc, isDocument, type BsonDocument } from '../../../src/bson/values.ts'
import { EVENT_FIELDS } from '../../../web/filter/event-fields.ts'
import { readFilter, toFilterText, withCondition } from '../../../web/filter/read-filter.ts'
import { CONSTRUCTORS } from '../../../web/shell/constructors.ts'
import { Mistake } from '../../../web/shell/mistake.ts'
import { MAX_LENGTH } from '../../../web/shell/parse.ts'
import { blocksOf } from '../../documents/blocks.ts'
import { filter as anyFilter } from '../../fuzz/engine/filters.ts'
import { anyDocument, arbitraryOf } from '../../support/random/arbitrary.ts'

const ID = 'ObjectId("65f0c1d2e3f4a5b6c7d8e9f0")'

function meaningOf(text: string): string | undefined {
  return readFilter(text)?.meaning
}

function orMistake<T>(run: () => T): T | Mistake {
  try {
    return run()
  } catch (error) {
    if (error instanceof Mistake) return error
    throw error
  }
}

function orRefusal<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof RelayError) return undefined
    throw error
  }
}

/** The filter of a text as the relay has it. */
function toTest(where: string): DocumentTest {
  return compileWhere(readEjsonDocument(where, '`where`'))
}

function isAboutEvent(filter: BsonDocument): boolean {
  return [...filter].some(([name, value]) => {
    if (Array.isArray(value) && value.some((item) => isDocument(item) && isAboutEvent(item))) return true
    // of a reference no more than its parts is known
    return EVENT_FIELDS.includes(name.split('.')[0] ?? '') || ['$ref', '$id', '$db'].includes(name)
  })
}

describe('a filter that a person types', () => {
  it.each([
    ['{status: "paid"}', '{"fullDocument.status": "paid"}'],
    ["status: 'paid', n: {$gt: 5}", '{"fullDocument.status": "paid", "fullDocument.n": {$gt: 5}}'],
    [`{_id: ${ID}, _id.a: 1}`, `{"documentKey._id": ${ID}, "documentKey._id.a": 1}`],
    ['{operationType: "update", status: "paid"}', '{operationType: "update", "fullDocument.status": "paid"}'],
    ['{"ns.coll": "a", nsx: 1}', '{"ns.coll": "a", "fullDocument.nsx": 1}'],
    ['{fullDocument.status: "paid"}', '{"fullDocument.status": "paid"}'],
    [
      '{$or: [{a: 1}, {$and: [{_id: 7}, {operationType: "delete"}]}], $comment: "a"}',
      '{$or: [{"fullDocument.a": 1}, {$and: [{"documentKey._id": 7}, {operationType: "delete"}]}], $comment: "a"}',
    ],
    ['{items: {$elemMatch: {_id: 1, qty: {$gt: 2}}}}', '{"fullDocument.items": {$elemMatch: {_id: 1, qty: {$gt: 2}}}}'],
    ['{"": 1, ".a": 2}', '{"fullDocument.": 1, "fullDocument..a": 2}'],
  ])('is about the document where it names no field of an event: %s', (text, meaning) => {
    expect(meaningOf(text)).toBe(meaning)
    // what was understood is understood alike
    expect(readFilter(meaning)).toEqual(readFilter(text))
    expect(readFilter(readFilter(text)?.where ?? '')).toEqual(readFilter(text))
  })

  it.each(['', ' ', '{}'])('is none where it asks for nothing: %j', (text) => {
    expect(readFilter(text)).toBeNull()
  })

  it.each([
    ['{n: {$gte: 1, $ltte: 5}}', 'Expected an operator, perhaps $lte, got $ltte', 14],
    ['{n: {$regex: "a"}}', `Expected one of ${FIELD_WHERE_OPERATORS.join(', ')}, got $regex`, 5],
    ['{$orr: []}', 'Expected an operator, perhaps $or, got $orr', 1],
    ['{n: {$gt: 1, b: 2}}', `Expected one of ${FIELD_WHERE_OPERATORS.join(', ')}, got b`, 13],
    ['{$or: {a: 1}}', 'Expected $or to hold a list such as [{a: 1}, {b: 2}], got {a: 1}', 6],
    ['{$and: []}', 'Expected $and to hold a list such as [{a: 1}, {b: 2}], got []', 7],
    ['{$nor: [1]}', 'Expected a filter such as {a: 1}, got 1', 8],
    ['{n: {$in: 5}}', 'Expected $in to hold a list such as [1, 2], got 5', 10],
    ['{n: {$not: 5}}', 'Expected $not to hold operators such as {$gt: 1}, got 5', 11],
    ['{n: {$not: {$gtt: 5}}}', 'Expected an operator, perhaps $gt, got $gtt', 12],
    ['{n: {$elemMatch: {a: {$gtt: 5}}}}', 'Expected an operator, perhaps $gt, got $gtt', 22],
  ])('has its wrong operator named with its place: %s', (text, message, start) => {
    const mistake = orMistake(() => readFilter(text))
    expect(mistake).toBeInstanceOf(Mistake)
    expect(mistake).toMatchObject({ message, start })
  })

  it('knows the operators that the relay knows', () => {
    for (const name of FIELD_WHERE_OPERATORS) expect(FIELD_OPERATORS.has(name)).toBe(true)
    for (const name of TOP_LEVEL_WHERE_OPERATORS) expect(TOP_LEVEL_OPERATORS.has(name)).toBe(true)
  })

  it('knows the fields of events and the functions that the documentation lists', () => {
    const section = readFileSync(new URL('../../../docs/filters.md', import.meta.url), 'utf8')
    const [, fields = ''] = /Event fields are (.*?)\. So/s.exec(section) ?? []
    expect(fields.match(/\w+(?=`)/g)).toEqual(EVENT_FIELDS)
    const [, functions = ''] = /known are (.*?) and the names/s.exec(section) ?? []
    expect([...CONSTRUCTORS.keys()]).toEqual(expect.arrayContaining(functions.match(/\w+(?=`)/g) ?? []))
    expect(functions).toContain('ObjectId')
  })

  it.each(blocksOf('js filter'))('is one that the documentation shows: %s', (_name, text) => {
    expect(meaningOf(text)).toContain('fullDocument.')
  })

  it('matches the document of an event as it matches the document itself', () => {
    const filter = arbitraryOf((random) => anyFilter(random, 2)).filter(
      (one) => !isAboutEvent(one) && valueToEjsonText(one, 'CANONICAL').length < MAX_LENGTH / 2,
    )
    const counts = { compared: 0, matched: 0 }
    fc.assert(
      fc.property(filter, fc.array(anyDocument, { minLength: 1, maxLength: 4 }), (one, documents) => {
        const ejson = valueToEjsonText(one, 'CANONICAL')
        const onDocument = orRefusal(() => compileWhere(one))
        const read = orMistake(() => readFilter(toFilterText(ejson)))
        // what is refused here is refused there, and what is taken here may be refused there
        if (read instanceof Mistake) return onDocument === undefined || ejson.includes('$undefined')
        const onEvent = orRefusal(() => toTest(read?.where ?? '{}'))
        if (onDocument === undefined || onEvent === undefined) return onDocument === onEvent
        for (const document of documents) {
          const key = document.has('_id') ? doc({ _id: document.get('_id') }) : undefined
          const event = doc({ documentKey: key, fullDocument: document })
          const [expected, got] = withinSteps(Infinity, () => [onDocument(document), onEvent(event)])
          expect(got).toBe(expected)
          counts.compared += 1
          counts.matched += expected ? 1 : 0
        }
        return true
      }),
      { numRuns: 1_500 },
    )
    expect(counts.compared).toBeGreaterThan(200)
    expect(counts.matched).toBeGreaterThan(20)
  })

  it('gets a condition by a click, in the place of the one that was there', () => {
    expect(withCondition('', 'operationType', '"update"')).toBe('{operationType: "update"}')
    expect(withCondition("status: 'paid', n: 1", 'status', '{"$oid": "65f0c1d2e3f4a5b6c7d8e9f0"}')).toBe(
      `{status: ${ID}, n: 1}`,
    )
    expect(withCondition('{a: 1}', '__proto__', '5')).toBe('{a: 1, __proto__: 5}')
    expect(() => withCondition('{a: ', 'b', '1')).toThrow(Mistake)
  })
})
