import { describe, expect, it } from 'vitest'
import { encodeDocument } from '../../../../src/bson/codec/encode.ts'
import { LazyDocument } from '../../../../src/bson/codec/lazy-document.ts'
import { readEjsonDocument } from '../../../../src/relay/changes/read-ejson.ts'
import { compileWhere, MAX_FILTER_TERMS, MAX_PATH_PARTS } from '../../../../src/relay/changes/where.ts'
import { FILTER_CASES } from './filter-cases.ts'

/** Whether a document matches a filter, both as Extended JSON, through BSON as in a change stream. */
function matches(document: object, filter: object): boolean {
  const bytes = encodeDocument(readEjsonDocument(document, 'the document'))
  return compileWhere(readEjsonDocument(filter, '`where`'))(new LazyDocument(bytes))
}

function refusal(filter: object): unknown {
  try {
    return compileWhere(readEjsonDocument(filter, '`where`'))
  } catch (error) {
    return error
  }
}

const regex = { $regularExpression: { pattern: 'a', options: '' } }

describe('where', () => {
  it.each(FILTER_CASES)('matches as MongoDB does: %j', (filter, matching, others) => {
    for (const document of matching) expect(matches(document, filter), `matches ${JSON.stringify(document)}`).toBe(true)
    for (const document of others)
      expect(matches(document, filter), `leaves out ${JSON.stringify(document)}`).toBe(false)
  })

  it.each<[filter: object, message: string]>([
    [{ $where: 'true' }, 'does not take the operator $where; allowed are $eq'],
    [{ $expr: { $eq: [1, 1] } }, 'does not take the operator $expr'],
    [{ a: { $regex: '(a+)+$' } }, 'does not take the operator $regex'],
    [{ a: regex }, 'takes no regular expressions'],
    [{ a: { $in: [regex] } }, 'takes no regular expressions'],
    [{ a: { $all: ['x', regex] } }, 'takes no regular expressions'],
    [{ a: { $not: regex } }, 'takes no regular expressions'],
    [{ a: { $mod: [2, 0] } }, 'does not take the operator $mod'],
    [{ $sampleRate: 0.5 }, 'does not take the operator $sampleRate'],
    [{ a: { $elemMatch: { b: { $bitsAllSet: 1 } } } }, 'does not take the operator $bitsAllSet'],
    [{ $or: [{ a: { $not: { $function: {} } } }] }, 'unknown operator: $function'],
  ])('refuses %j', (filter, message) => {
    expect(refusal(filter)).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) })
  })

  it.each<[filter: object, message: string]>([
    [{ a: { $gt: 1, b: 2 } }, 'unknown operator: b'],
    [{ a: { $comment: 'x' } }, 'unknown operator: $comment'],
    [{ $nope: 1 }, 'unknown top level operator: $nope'],
    [{ $or: [] }, '$and/$or/$nor must be a nonempty array'],
    [{ $and: [1] }, '$or/$and/$nor entries need to be full objects'],
    [{ a: { $in: 1 } }, '$in needs an array'],
    [{ a: { $in: [{ $gt: 1 }] } }, 'cannot nest $ under $in'],
    [{ a: { $nin: [{ $gt: 1 }] } }, 'cannot nest $ under $in'],
    [{ a: { $all: [{ $gt: 1 }] } }, 'no $ expressions in $all'],
    [{ a: { $all: [{ $elemMatch: { x: 1 } }, 1] } }, '$all/$elemMatch has to be consistent'],
    [{ a: { $not: 1 } }, '$not needs a regex or a document'],
    [{ a: { $not: {} } }, '$not cannot be empty'],
    [{ a: { $size: -1 } }, 'Failed to parse $size. Expected a non-negative number in: $size: -1'],
    [{ a: { $size: 1.5 } }, 'Failed to parse $size. Expected an integer: $size: 1.5'],
    [{ a: { $type: 'no such type' } }, 'Unknown type name alias: no such type'],
    [{ a: { $type: [] } }, 'a must match at least one type'],
    [{ a: { $type: 0 } }, 'Invalid numerical type code: 0'],
    [{ a: { $elemMatch: 1 } }, '$elemMatch needs an Object'],
    [{ a: { $gt: { $undefined: true } } }, 'cannot compare to undefined'],
  ])('refuses %j in the words of MongoDB', (filter, message) => {
    expect(refusal(filter)).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) })
  })

  it.each<[title: string, filter: object, limit: number]>([
    ['terms', { $or: Array.from({ length: MAX_FILTER_TERMS }, (_, i) => ({ [`a${i}`]: i })) }, MAX_FILTER_TERMS],
    ['operators', { a: { $elemMatch: { $and: many((i) => ({ b: { $gt: i } })) } } }, MAX_FILTER_TERMS],
    ['empty filters', { a: { $elemMatch: { $and: many(() => ({})) } } }, MAX_FILTER_TERMS],
    ['elements', { a: { $all: many((i) => ({ $elemMatch: { $gt: i } })) } }, MAX_FILTER_TERMS],
    ['empty elements', { a: { $all: many(() => ({ $elemMatch: {} })) } }, MAX_FILTER_TERMS],
    ['parts of a path', { [Array.from({ length: MAX_PATH_PARTS + 1 }, () => 'a').join('.')]: 1 }, MAX_PATH_PARTS],
  ])('refuses too many %s, and names the limit', (_title, filter, limit) => {
    expect(refusal(filter)).toMatchObject({ code: 'LIMIT_EXCEEDED', message: expect.stringContaining(String(limit)) })
  })

  it('takes as many conditions as there may be, and lists of any length', () => {
    const filter = { $or: Array.from({ length: MAX_FILTER_TERMS - 1 }, (_, i) => ({ a: i })) }
    expect(matches({ a: MAX_FILTER_TERMS - 2 }, filter)).toBe(true)
    expect(matches({ a: 9_999 }, { a: { $in: Array.from({ length: 10_000 }, (_, i) => i) } })).toBe(true)
  })

  it('takes a comment at the top', () => {
    expect(matches({ a: 1 }, { $comment: 'why', a: 1 })).toBe(true)
  })
})

function many(make: (i: number) => object): object[] {
  return Array.from({ length: MAX_FILTER_TERMS }, (_, i) => make(i))
}
