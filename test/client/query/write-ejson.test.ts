import { runInNewContext } from 'node:vm'
import { Binary, Code, Decimal128, Double, Int32, Long, MinKey, ObjectId, Timestamp } from 'bson'
import { describe, expect, it } from 'vitest'
import { fromEjson } from '../../../src/bson/ejson/from-ejson.ts'
import { parseJson } from '../../../src/bson/ejson/parse-json.ts'
import { writeEjson } from '../../../src/client/query/write-ejson.ts'

const circle: Record<string, unknown> = {}
circle['self'] = [circle]
const shared = { n: 1 }

class Money {
  readonly cents = 5
  toJSON(): number {
    return this.cents
  }
}

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = { a: value }
  return value
}

describe('writeEjson', () => {
  it.each<[unknown, string]>([
    [{ a: [1, 1.5, 'x"', true, null] }, '{"a":[1,1.5,"x\\"",true,null]}'],
    [{ at: { $gt: new Date(0) } }, '{"at":{"$gt":{"$date":{"$numberLong":"0"}}}}'],
    [runInNewContext('({ at: new Date(5), list: [{}] })'), '{"at":{"$date":{"$numberLong":"5"}},"list":[{}]}'],
    [{ n: 9007199254740993n }, '{"n":{"$numberLong":"9007199254740993"}}'],
    [{ n: 1e300 }, '{"n":1e+300}'],
    [{ b: Buffer.from([1, 2]) }, '{"b":{"$binary":{"base64":"AQI=","subType":"00"}}}'],
    [
      new Map<string, unknown>([
        ['year', 1],
        ['7', 2],
        ['1', 3],
      ]),
      '{"year":1,"7":2,"1":3}',
    ],
    [JSON.parse('{"__proto__": 1}'), '{"__proto__":1}'],
    [Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    [{ a: shared, b: shared }, '{"a":{"n":1},"b":{"n":1}}'],
    [new ObjectId('65a000000000000000000001'), '{"$oid":"65a000000000000000000001"}'],
    [new Timestamp({ t: 1, i: 2 }), '{"$timestamp":{"t":1,"i":2}}'],
    [new Code('f()', { at: new Date(0) }), '{"$code":"f()","$scope":{"at":{"$date":{"$numberLong":"0"}}}}'],
    [
      [new Int32(1), new Double(1), Long.fromInt(1)],
      '[{"$numberInt":"1"},{"$numberDouble":"1.0"},{"$numberLong":"1"}]',
    ],
    [{ _bsontype: 'ObjectId', id: 'x' }, '{"_bsontype":"ObjectId","id":"x"}'],
  ])('writes %o', (value, text) => {
    expect(writeEjson(value, 'where')).toBe(text)
  })

  it('writes what the relay reads', () => {
    const values = [
      new Decimal128('1.10'),
      new MinKey(),
      new Binary(Buffer.from([1]), 5),
      new Date(8.64e15),
      1e21,
      -1.5,
    ]
    for (const value of values) expect(() => fromEjson(parseJson(writeEjson({ a: value }, 'where')))).not.toThrow()
  })

  it('refuses what nests so deep that it could exhaust the stack', () => {
    expect(() => writeEjson(nested(100_000), 'where')).toThrow('expected at most 200 levels')
  })

  it.each<[unknown, string]>([
    [{ owner: undefined }, '`where.owner`: expected a value that MongoDB has, got undefined'],
    [{ a: [{ 'b.c': NaN }] }, '`where.a.0.b.c`: expected a finite number, got NaN'],
    [{ a: -Infinity }, '`where.a`: expected a finite number'],
    [{ a: 2 ** 53 }, '`where.a`: expected an integer within ±2^53, or a bigint, got 9007199254740992'],
    [{ a: 2n ** 63n }, '`where.a`: expected an integer of 64 bits'],
    [{ a: () => 1 }, '`where.a`: expected a value that MongoDB has'],
    [{ a: Symbol('s') }, '`where.a`: expected a value that MongoDB has, got Symbol(s)'],
    [{ [Symbol('s')]: 1 }, '`where`: expected names that are strings, got Symbol(s)'],
    [new Map([[1, 1]]), '`where`: expected names that are strings, got 1'],
    [circle, '`where.self.0`: expected a value without circles'],
    [{ a: new Date(NaN) }, '`where.a`: expected a date, got an invalid one'],
    [{ a: new Money() }, '`where.a`: expected a value that MongoDB has, got a Money'],
    [{ a: /x/ }, '`where.a`: expected a value that MongoDB has, got a RegExp'],
    [{ a: new Set([1]) }, '`where.a`: expected a value that MongoDB has, got a Set'],
    [{ a: Object(5) }, '`where.a`: expected a value that MongoDB has, got a Number'],
    [{ a: new Array(2) }, '`where.a.0`: expected a value that MongoDB has, got undefined'],
  ])('refuses %o', (value, message) => {
    expect(() => writeEjson(value, 'where')).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) }),
    )
  })
})
