import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  CodeWithScope,
  DbPointer,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UNDEFINED,
  WideDate,
  type BsonValue,
} from '../../../src/bson/values.ts'
import type { Random } from './random.ts'

const INTEGERS = [0, 1, -1, 2, 3, 7, 16, 100, 1000, 65_536, 1_499_999, 1_500_001, 2_147_483_647, -2_147_483_648]
const DOUBLES = [
  ...[0, -0, 0.5, -1.5, 1e-7, 1e10, 1e20, 1e21, 1e300, -1e300, 5e-324, NaN, Infinity, -Infinity],
  ...[2 ** 31, 2 ** 53, 2 ** 60, 2 ** 63],
]
const LONGS = [
  ...['0', '1', '-1', '2147483648', '9007199254740991', '9007199254740993', '-9007199254740993'],
  ...['9223372036854775807', '-9223372036854775808'],
]
const NINES = '9'.repeat(34)
const DECIMALS = [
  ...['0', '1', '-0', '1.5', '1.10', '-0E+3', '0.0000001', '1.000000000000000000000000000000001'],
  ...['1E+6000', '-1E-6000', '1E+6144', '1E-6176', '-1E+6144', '0E+6111', '0E-6176'],
  ...['NaN', 'Infinity', '-Infinity', NINES, `${NINES}E+6111`, `-${NINES}E-6176`],
]
const TEXTS = [
  ...['', 'a', 'x', 'ab', '$a', '$$ROOT', '.', '..', 'a.b', '(', '\n', '\0', '"\\\b\f\n\r\t\u001f\u007f'],
  ...['\u{1f600}', 'é', '\ufffd', '\u2028', 'a'.repeat(300)],
]
/** Long texts that differ at the end alone, or in their length. */
const LONG_TEXTS = ['a', 'b', 'é', ''].map((end) => 'x'.repeat(5_000) + end)
const PATTERNS = [
  ...['', '^a', '^a/"', 'a$', '.*', '[', '(', '(a', '(?i)x', '\\', '(?<n>a)\\k<n>', 'a{1,99}', '(?=a)', '\\p{L}'],
  '[[:alpha:]]',
]
const DATES = [
  ...[0, 1, -1, 120, 1_700_000_000_000, 8.64e15, -8.64e15],
  ...[-62_135_596_800_000, 253_402_300_799_999, 253_402_300_800_000],
]
const WIDE_DATES = [2n ** 63n - 1n, -(2n ** 63n), 8_640_000_000_000_001n]
/** First and last code points: of ASCII, of control characters, of most alphabets, and of what takes four bytes. */
const CODE_POINTS: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0, 0x1f],
  [0xa0, 0xd7ff],
  [0xe000, 0xffff],
  [0x1_0000, 0x10_ffff],
]

/** A text: one that means something to some part, or any. */
export function text(random: Random): string {
  if (!random.oneIn(4)) return random.pick(TEXTS)
  const codePoint = () => random.between(...random.pick(CODE_POINTS))
  return String.fromCodePoint(...random.several(20, codePoint))
}

/** A way for each kind of scalar. */
const SCALARS: readonly ((random: Random) => BsonValue)[] = [
  () => null,
  (random) => random.oneIn(2),
  (random) => (random.oneIn(20) ? random.pick(LONG_TEXTS) : text(random)),
  (random) => new Int32(random.oneIn(2) ? random.below(10) : random.pick([...INTEGERS, random.uint32() | 0])),
  (random) => new Double(random.oneIn(4) ? random.bytes(8).readDoubleLE() : random.pick(DOUBLES)),
  (random) => (random.oneIn(4) ? new Long(random.uint32(), random.uint32()) : Long.fromString(random.pick(LONGS))),
  (random) => Decimal128.fromString(random.pick(DECIMALS)),
  (random) => new ObjectId(random.bytes(12)),
  (random) => new Date(random.oneIn(4) ? random.between(-(2 ** 43), 2 ** 43) : random.pick(DATES)),
  (random) => new Timestamp({ t: random.uint32(), i: random.oneIn(4) ? random.uint32() : random.below(3) }),
  (random) => new Binary(random.bytes(random.pick([0, 1, 16])), random.pick([0, 1, 3, 4, 5, 6, 9, 128, 255])),
  (random) => oldBinary(random.bytes(random.below(12))),
  (random) => new BSONRegExp(random.pick(PATTERNS), random.pick(['', 'i', 'ix', 'imsx', 'u'])),
  (random) => new BSONSymbol(text(random)),
  (random) => new Code(text(random)),
  (random) => new CodeWithScope(text(random), new Map([['x', new Int32(random.below(9))]])),
  (random) => new DbPointer(text(random), new ObjectId(random.bytes(12))),
  () => new MinKey(),
  () => new MaxKey(),
  () => UNDEFINED,
  (random) => new WideDate(random.pick(WIDE_DATES)),
]

/** Of the old generic subtype, which repeats the length within. */
function oldBinary(value: Buffer): Binary {
  const head = Buffer.alloc(4)
  head.writeInt32LE(value.length)
  return new Binary(Buffer.concat([head, value]), 2)
}

/** A scalar of any BSON type, extremes included. */
export function scalar(random: Random): BsonValue {
  return random.pick(SCALARS)(random)
}

/** A number that stands for a count or a size: mostly small. */
export function count(random: Random): BsonValue {
  return random.oneIn(8) ? scalar(random) : new Int32(random.between(random.oneIn(5) ? 0 : 1, 5))
}

/** Many scalars of one kind, or of any. */
export function manyScalars(random: Random): BsonValue[] {
  const one = random.pick(SCALARS)
  return Array.from({ length: random.pick([20, 200, 1_000]) }, () => (random.oneIn(9) ? scalar(random) : one(random)))
}
