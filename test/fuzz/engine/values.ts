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
  type BsonDocument,
  type BsonValue,
} from '../../../src/bson/values.ts'
import type { Random } from './random.ts'

const STRINGS = [
  '',
  'a',
  'x',
  'ab',
  '$a',
  '$$ROOT',
  '.',
  '..',
  'a.b',
  '\u{1f600}',
  'é',
  '\ufffd',
  '\n',
  '(',
  'a'.repeat(300),
]
const INTEGERS = [0, 1, -1, 2, 3, 7, 16, 100, 1000, 65_536, 1_499_999, 1_500_001, 2_147_483_647, -2_147_483_648]
const DOUBLES = [0, -0, 0.5, -1.5, 1e10, 2 ** 31, 2 ** 53, 2 ** 63, 1e300, -1e300, 5e-324, NaN, Infinity, -Infinity]
const LONGS = ['0', '1', '-1', '2147483648', '9223372036854775807', '-9223372036854775808']
const DECIMALS = [
  '0',
  '1',
  '-0',
  '1.5',
  '1E+6144',
  '1E-6176',
  '-1E+6144',
  'NaN',
  'Infinity',
  '-Infinity',
  '9'.repeat(34),
  `${'9'.repeat(34)}E+6111`,
  `-${'9'.repeat(34)}E-6176`,
  '0E+6111',
  '0E-6176',
  '0.0000001',
  '1.000000000000000000000000000000001',
]
/** Long texts that differ at the end alone, or in their length. */
const LONG_TEXTS = ['a', 'b', 'é', ''].map((end) => 'x'.repeat(5_000) + end)
const PATTERNS = [
  '',
  '^a',
  'a$',
  '.*',
  '[',
  '(',
  '(a',
  '(?i)x',
  '\\',
  '(?<n>a)\\k<n>',
  'a{1,99}',
  '(?=a)',
  '\\p{L}',
  '[[:alpha:]]',
]
const DATES = [0, 1, -1, 1_700_000_000_000, 8.64e15, -8.64e15, -62_135_596_800_000, 253_402_300_800_000]
/** Names that documents of the data set have, and names that are special to the server or to JavaScript. */
const NAMES = ['_id', 'a', 'b', 'n', 's', 'arr', 'sub', 'sub.x', 'arr.0', 'arr.x', 'd', 'mixed', 'q']
const ODD_NAMES = [
  '',
  '.',
  'a.',
  '.a',
  'a..b',
  '$a',
  '$',
  '$$x',
  '$ref',
  '$id',
  'sub.$a',
  'sub.$id',
  'arr.$',
  'arr.$[]',
  'arr.$[e]',
  'arr.$[e].x',
  'arr.1499999',
  'arr.99999999999',
  'arr.-1',
  'arr.00',
  '__proto__',
  '__proto__.polluted',
  'constructor',
  'constructor.prototype.polluted',
  'prototype',
  'toString',
  'hasOwnProperty',
  'sub.__proto__.polluted',
  'a.b.c.d.e.f.g.h',
  'é',
  '\u2028',
]

/** The name or path of a field: mostly one that the data set has. */
export function fieldName(random: Random): string {
  if (random.oneIn(30)) return positions(random)
  return random.pick(random.oneIn(12) ? ODD_NAMES : NAMES)
}

/** A path of positions, as deep as {@link zeros} are or deeper. */
function positions(random: Random): string {
  const parts = Array.from({ length: random.between(1, 60) }, () =>
    random.oneIn(12) ? random.pick(['1', 'a', '']) : '0',
  )
  return [random.pick(['arr', 'a', 'sub']), ...parts].join('.')
}

const SCALARS: readonly ((random: Random) => BsonValue)[] = [
  () => null,
  (random) => random.oneIn(2),
  (random) => random.pick(random.oneIn(20) ? LONG_TEXTS : STRINGS),
  (random) => new Int32(random.oneIn(2) ? random.below(10) : random.pick(INTEGERS)),
  (random) => new Double(random.pick(DOUBLES)),
  (random) => Long.fromString(random.pick(LONGS)),
  (random) => Decimal128.fromString(random.pick(DECIMALS)),
  (random) => new ObjectId(random.bytes(12)),
  (random) => new Date(random.pick(DATES)),
  (random) => new Timestamp({ t: random.uint32(), i: random.below(3) }),
  (random) => new Binary(random.bytes(random.pick([0, 1, 16])), random.pick([0, 2, 4, 5, 6, 128])),
  (random) => new BSONRegExp(random.pick(PATTERNS), random.pick(['', 'i', 'imsx', 'u'])),
  (random) => new BSONSymbol(random.pick(STRINGS)),
  (random) => new Code(random.pick(STRINGS)),
  (random) => new CodeWithScope(random.pick(STRINGS), new Map([['x', new Int32(random.below(9))]])),
  (random) => new DbPointer(random.pick(STRINGS), new ObjectId(random.bytes(12))),
  () => new MinKey(),
  () => new MaxKey(),
  () => UNDEFINED,
  () => new WideDate(9_223_372_036_854_775_807n),
]

/** A scalar of any BSON type, extremes included. */
export function scalar(random: Random): BsonValue {
  return random.pick(SCALARS)(random)
}

/** A number that stands for a count or a size: mostly small. */
export function count(random: Random): BsonValue {
  return random.oneIn(8) ? scalar(random) : new Int32(random.between(random.oneIn(5) ? 0 : 1, 5))
}

/** `{0: [{0: [ … ]}]}`, or arrays alone: a path of positions leads to the bottom by many ways. */
function zeros(random: Random): BsonValue {
  let inner: BsonValue = scalar(random)
  const ofArrays = random.oneIn(3)
  for (let level = random.between(1, 40); level > 0; level--) inner = ofArrays ? [inner] : new Map([['0', [inner]]])
  return inner
}

/** Many scalars of one kind, or of any. */
export function manyScalars(random: Random): BsonValue[] {
  const one = random.pick(SCALARS)
  return Array.from({ length: random.pick([20, 200, 1_000]) }, () => (random.oneIn(9) ? scalar(random) : one(random)))
}

/** A value of any BSON type, nested at most `depth` levels. */
export function value(random: Random, depth = 2): BsonValue {
  if (depth > 0 && random.oneIn(40)) return zeros(random)
  if (depth > 0 && random.oneIn(4)) return random.several(4, () => value(random, depth - 1))
  if (depth > 0 && random.oneIn(4)) return document(random, depth - 1)
  return scalar(random)
}

/** A document of some fields; now and then one with an `_id` of any type or a reference to another document. */
export function document(random: Random, depth = 2): BsonDocument {
  if (random.oneIn(20)) return reference(random)
  const fields = random.several(4, () => [fieldName(random), value(random, depth)] as const)
  return new Map(random.oneIn(4) ? [...fields, ['_id', id(random)] as const] : fields)
}

/** An `_id`: one that documents of the data set have, or a value of any type. */
function id(random: Random): BsonValue {
  return random.oneIn(3) ? new Int32(random.below(8)) : value(random, 1)
}

/** `$ref`, `$id` and `$db`, or a part of them, in any order. */
function reference(random: Random): BsonDocument {
  const parts: [string, BsonValue][] = [
    ['$ref', random.pick(STRINGS)],
    ['$id', scalar(random)],
    ['$db', 'fuzz'],
    [fieldName(random), scalar(random)],
  ]
  const from = random.oneIn(4) ? random.below(4) : 0
  return new Map(parts.slice(from, random.between(from + 1, 4)))
}

/** Something nested `depth` levels deep, as documents or arrays. */
export function nested(random: Random, depth: number, name = 'a'): BsonValue {
  let inner: BsonValue = new Int32(1)
  const asArray = random.oneIn(2)
  for (let level = 0; level < depth; level++) inner = asArray ? [inner] : new Map([[name, inner]])
  return inner
}
