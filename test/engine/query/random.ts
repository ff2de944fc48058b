import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UNDEFINED,
  type BsonDocument,
  type BsonValue,
} from '../../../src/bson/values.ts'

/** Repeatable random choices. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** A number from 0 to 1. */
  next(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0
    return this.#state / 2 ** 32
  }

  /** A whole number below a limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  /** One of several. */
  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0]
  }

  /** So many of something, up to a limit. */
  some<T>(limit: number, make: () => T): T[] {
    return Array.from({ length: this.below(limit + 1) }, make)
  }
}

const SCALARS: readonly [BsonValue, ...BsonValue[]] = [
  null,
  true,
  false,
  '',
  'a',
  'ab',
  new Int32(0),
  new Int32(1),
  new Int32(-1),
  new Double(1),
  new Double(1.5),
  new Double(-0),
  new Double(NaN),
  new Double(Infinity),
  new Long(1),
  Long.MAX_VALUE,
  Long.MIN_VALUE,
  Decimal128.fromString('1'),
  Decimal128.fromString('1E+6000'),
  Decimal128.fromString('-1E-6000'),
  Decimal128.fromString('NaN'),
  Decimal128.fromString('Infinity'),
  new Date(0),
  new ObjectId('0123456789abcdef01234567'),
  new Timestamp({ t: 1, i: 1 }),
  new Binary(Buffer.from([1, 2]), 0),
  new BSONRegExp('a', 'i'),
  new BSONRegExp('(', ''),
  new Code('x'),
  new MinKey(),
  new MaxKey(),
  UNDEFINED,
]

/** A random value; names of documents come from `names`. */
export function randomValue(random: Random, names: readonly [string, ...string[]], depth: number): BsonValue {
  const kind = depth > 0 ? random.below(4) : 3
  if (kind === 0) return random.some(3, () => randomValue(random, names, depth - 1))
  if (kind === 1) return randomDocument(random, names, depth - 1)
  return random.pick(SCALARS)
}

/** A random document with names from `names`. */
export function randomDocument(random: Random, names: readonly [string, ...string[]], depth: number): BsonDocument {
  return new Map(random.some(3, () => [random.pick(names), randomValue(random, names, depth)]))
}
