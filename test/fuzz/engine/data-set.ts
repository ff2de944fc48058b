import {
  Binary,
  BSONRegExp,
  Decimal128,
  doc,
  Double,
  Int32,
  Long,
  ObjectId,
  Timestamp,
  type BsonDocument,
  type BsonValue,
} from '../../../src/bson/values.ts'

const n = (value: number): Int32 => new Int32(value)

const VALUES: readonly BsonValue[] = [
  null,
  true,
  'text',
  n(1),
  new Double(2.5),
  Long.fromString('9007199254740993'),
  Decimal128.fromString('1.10'),
  new ObjectId('0123456789abcdef01234567'),
  new Date(1_700_000_000_000),
  new Timestamp({ t: 1_700_000_000, i: 1 }),
  new Binary(Buffer.from('bytes'), 0),
  new BSONRegExp('^a', 'i'),
  [n(1), n(2), [n(3)]],
  doc({ x: n(1), y: doc({ z: n(2) }) }),
  [doc({ x: n(1), k: 'a' }), doc({ x: n(2), v: n(3) })],
  '$not a path',
]

/** The documents that commands are tried on: every type, arrays, arrays of documents, missing fields. */
export const DATA_SET: readonly BsonDocument[] = VALUES.map((mixed, i) =>
  doc({
    _id: n(i),
    a: i % 3 === 0 ? undefined : n(i % 4),
    b: i % 2 === 0 ? 'even' : new Double(i / 2),
    n: n(i),
    s: 'abc'.repeat(i % 5),
    d: new Date(1_700_000_000_000 + i * 86_400_000),
    arr: [n(i), 'x', doc({ x: n(i % 3), k: `k${i}` }), [n(1)]],
    sub: doc({ x: n(i % 5), arr: [n(1), n(2)] }),
    mixed,
  }),
)
