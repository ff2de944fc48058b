import { Decimal128, Double, EJSON, Int32, Long, serialize } from 'bson'
import { describe, expect, it } from 'vitest'
import { LazyDocument } from '../../../src/bson/lazy-document.ts'
import { fromEjsonDocument } from '../../../src/changes/ejson-input.ts'
import { compileFilter } from '../../../src/changes/match/filter.ts'
import { FILTER_CASES } from './filter-cases.ts'

/** Whether a document matches a filter, both as relaxed or canonical Extended JSON, through BSON as in a change stream. */
function matches(document: object, filter: object): boolean {
  const bytes = serialize(EJSON.parse(JSON.stringify(document), { relaxed: false }))
  return compileFilter(fromEjsonDocument(filter, '`where`'))(new LazyDocument(bytes))
}

describe('compileFilter', () => {
  it.each(FILTER_CASES)('matches as MongoDB does: %j', (filter, matching, others) => {
    for (const document of matching) expect(matches(document, filter), `matches ${JSON.stringify(document)}`).toBe(true)
    for (const document of others)
      expect(matches(document, filter), `leaves out ${JSON.stringify(document)}`).toBe(false)
  })

  it.each<[filter: object, message: string]>([
    [{ $where: 'true' }, '$where'],
    [{ $expr: { $eq: [1, 1] } }, '$expr'],
    [{ a: { $regex: '(a+)+$' } }, 'regular expression'],
    [{ a: { $in: [{ $regularExpression: { pattern: 'a', options: '' } }] } }, 'regular expression'],
    [{ a: { $mod: [2, 0] } }, '$mod'],
    [{ a: { $gt: 1, b: 2 } }, 'operator b'],
    [{ $or: [] }, '$or needs a non-empty array'],
    [{ $and: [1] }, '$and needs an array of documents'],
    [{ a: { $in: 1 } }, '$in needs an array'],
    [{ a: { $not: 1 } }, '$not needs'],
    [{ a: { $size: -1 } }, '$size'],
    [{ a: { $type: 'no such type' } }, '$type'],
    [{ a: { $elemMatch: 1 } }, '$elemMatch'],
    [{ $or: [{ a: { $not: { $function: {} } } }] }, '$function'],
  ])('refuses %j', (filter, message) => {
    expect(() => compileFilter(fromEjsonDocument(filter, '`where`'))).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) }),
    )
  })

  it('takes numbers of all types in a decoded event', () => {
    const event = { int: new Int32(1), long: Long.fromNumber(1), double: new Double(1), decimal: new Decimal128('1') }
    const filter = { int: 1, long: 1, double: 1, decimal: 1 }
    expect(compileFilter(fromEjsonDocument(filter, 'x'))(new LazyDocument(serialize(event)))).toBe(true)
  })
})
