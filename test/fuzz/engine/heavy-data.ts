import { Binary, Decimal128, doc, Int32, type BsonDocument, type BsonValue } from '../../../src/bson/values.ts'

const n = (value: number): Int32 => new Int32(value)
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))

/** Arrays in arrays, so that each part of a path has a choice. */
function nest(levels: number): BsonValue {
  return levels === 0 ? n(1) : [nest(levels - 1), doc({ 0: n(levels) })]
}

const DIGITS = '1234567890123456789012345678901234'

/** What the field of a large document holds: much of one kind. */
const FIELDS: Readonly<Record<string, BsonValue>> = {
  list: times(50_000, (i) => n(i ^ 0x2a)),
  texts: times(5_000, (i) => `text ${i}`),
  text: 'aé'.repeat(500_000),
  digits: '1'.repeat(500_000),
  bytes: new Binary(Buffer.alloc(1_000_000, 0xa5)),
  wide: doc(Object.fromEntries(times(10_000, (i) => [`f${i}`, n(i)]))),
  pairs: times(2_000, (i) => [`k${i}`, n(i)]),
  items: times(10_000, (i) => doc({ a: doc({ b: n(i) }), c: [n(i), n(i + 1)] })),
  decimals: times(500, (i) => Decimal128.fromString(`${DIGITS}E${i % 2 ? 6000 - i : i - 6100}`)),
  grid: times(150, () => times(150, n)),
  deep: nest(12),
  hundred: times(100, n),
  n: n(3),
}

/** Names of the fields of {@link HEAVY}. */
export const HEAVY_FIELDS: readonly string[] = Object.keys(FIELDS)

/** Documents that are as large as makes sense: what looks at one of them without counting that is found out. */
export const HEAVY: readonly BsonDocument[] = times(3, (i) => doc({ _id: n(i), same: n(1), ...FIELDS }))

/** Documents of which there are many, all with the same value in one field: each joins with each. */
export const MANY: readonly BsonDocument[] = times(500, (i) => doc({ _id: n(i), i: n(i), same: n(1), l: times(20, n) }))
