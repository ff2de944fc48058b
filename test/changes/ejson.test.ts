import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, Int32, Long } from 'bson'
import { deserialize, EJSON, MaxKey, MinKey, ObjectId, serialize, Timestamp } from 'bson'
import { describe, expect, it } from 'vitest'
import { toEjson } from '../../src/changes/ejson.ts'

const oid = new ObjectId('65a000000000000000000001')

describe('toEjson, relaxed', () => {
  it.each([
    ['an Int32', new Int32(-7), -7],
    ['a Long that a JSON number holds', Long.fromBigInt(2n ** 53n - 1n), 9007199254740991],
    ['a Long that it does not hold', Long.fromBigInt(2n ** 53n + 1n), { $numberLong: '9007199254740993' }],
    ['a Double', new Double(1.5), 1.5],
    ['a whole Double', new Double(3), 3],
    ['negative zero', new Double(-0), { $numberDouble: '-0.0' }],
    ['NaN', new Double(NaN), { $numberDouble: 'NaN' }],
    ['infinity', new Double(-Infinity), { $numberDouble: '-Infinity' }],
    ['a date', new Date('2026-01-31T12:00:00.000Z'), { $date: '2026-01-31T12:00:00Z' }],
    ['a date with milliseconds', new Date('2026-01-31T12:00:00.120Z'), { $date: '2026-01-31T12:00:00.120Z' }],
    ['a date before 1970', new Date(-1), { $date: { $numberLong: '-1' } }],
    ['a date after 9999', new Date(253402300800000), { $date: { $numberLong: '253402300800000' } }],
    ['an undefined', undefined, { $undefined: true }],
    ['null', null, null],
    ['an ObjectId', oid, { $oid: '65a000000000000000000001' }],
    ['a Decimal128', new Decimal128('1.10'), { $numberDecimal: '1.10' }],
  ])('writes %s', (_name, value, expected) => {
    expect(toEjson(value, 'RELAXED')).toEqual(expected)
  })
})

describe('toEjson, canonical', () => {
  it('writes every BSON type so that reading it back gives the same bytes', () => {
    const document = {
      int: new Int32(1),
      long: Long.fromNumber(2),
      double: new Double(3),
      big: new Double(1e300),
      negativeZero: new Double(-0),
      decimal: new Decimal128('0.30'),
      date: new Date(5),
      oid,
      binary: new Binary(Buffer.from('abc'), 0x80),
      uuid: new Binary(Buffer.alloc(16, 7), 4),
      timestamp: new Timestamp({ t: 4_000_000_000, i: 2 }),
      regex: new BSONRegExp('^a/', 'ix'),
      symbol: new BSONSymbol('s'),
      code: new Code('f()'),
      scoped: new Code('f()', { x: new Int32(1) }),
      min: new MinKey(),
      max: new MaxKey(),
      list: [new Int32(1), 'two', null, true],
    }
    const bytes = serialize(document)
    const decoded = deserialize(bytes, { promoteValues: false, bsonRegExp: true })
    const text = JSON.stringify(toEjson(decoded, 'CANONICAL'))
    expect(Buffer.from(serialize(EJSON.parse(text, { relaxed: false }))).toString('hex')).toBe(
      Buffer.from(bytes).toString('hex'),
    )
  })
})

describe('toEjson, on hostile documents', () => {
  it('keeps a key named __proto__ as a key', () => {
    const hostile: unknown = JSON.parse('{"__proto__": {"polluted": true}, "a": 1}')
    expect(JSON.stringify(toEjson(hostile, 'RELAXED'))).toBe('{"__proto__":{"polluted":true},"a":1}')
  })

  it('takes a document with a field _bsontype for the document that it is', () => {
    expect(toEjson({ _bsontype: 'Long', low: new Int32(1) }, 'RELAXED')).toEqual({ _bsontype: 'Long', low: 1 })
  })
})
