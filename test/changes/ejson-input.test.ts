import { Int32, Long, ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { fromEjson, fromEjsonDocument } from '../../src/changes/ejson-input.ts'

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = [value]
  return value
}

describe('fromEjson', () => {
  it('reads parsed JSON and a string of JSON alike', () => {
    const expected = { a: new Int32(1), _id: new ObjectId('65a000000000000000000001') }
    expect(fromEjson({ a: 1, _id: { $oid: '65a000000000000000000001' } }, 'x')).toEqual(expected)
    expect(fromEjson('{"a": 1, "_id": {"$oid": "65a000000000000000000001"}}', 'x')).toEqual(expected)
  })

  it('keeps the digits of a large integer', () => {
    expect(fromEjson({ $numberLong: '9007199254740993' }, 'x')).toEqual(Long.fromString('9007199254740993'))
  })

  it('keeps a key named __proto__ as a key', () => {
    const value = fromEjsonDocument('{"__proto__": {"a": 1}}', 'x')
    expect(Object.keys(value)).toEqual(['__proto__'])
  })

  it.each([
    ['text that is no JSON', '{', 'x is a string that does not hold valid JSON'],
    ['a date that is none', { $date: 'soon' }, 'x holds a `$date` that is not a date'],
    ['such a date deep inside', { a: [{ b: { $date: '2026-13-01' } }] }, 'x holds a `$date` that is not a date'],
    ['a date out of range', { $date: { $numberLong: '9223372036854775807' } }, 'x holds a `$date` that is not a date'],
    ['a date of another type', { $date: true }, 'x is not valid Extended JSON'],
    ['a date with a wrong number', { $date: { $numberLong: 'x' } }, 'x is not valid Extended JSON'],
    ['a wrong ObjectId', { $oid: 'zz' }, 'x is not valid Extended JSON'],
    ['nesting that could exhaust the stack', nested(50_000), 'x nests deeper than 100 levels'],
    ['such nesting in a string', '['.repeat(50_000) + ']'.repeat(50_000), 'x nests deeper than 100 levels'],
  ])('refuses %s', (_name, input, message) => {
    expect(() => fromEjson(input, 'x')).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) }),
    )
  })
})

describe('fromEjsonDocument', () => {
  it.each([
    ['a number', 1],
    ['a list', []],
    ['a string of a number', '1'],
    ['a scalar of BSON', { $numberInt: '1' }],
  ])('refuses %s', (_name, input) => {
    expect(() => fromEjsonDocument(input, 'x')).toThrow('x must be a document')
  })
})
