import { describe, expect, it } from 'vitest'
import { encodeDocument } from '../../../src/bson/codec/encode.ts'
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
import { beginWork } from '../../../src/bson/work-budget.ts'
import { CommandError } from '../../../src/bson/command-error.ts'
import { compileExpression, createScope } from '../../../src/engine/expressions/expression.ts'
import { OPERATORS } from '../../../src/engine/expressions/operators.ts'
import { documentOf, show } from '../../support/documents.ts'

/** Pseudo-random numbers from a seed, so that a failure can be repeated. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const SCALARS: BsonValue[] = [
  null,
  true,
  false,
  '',
  'text é😀',
  '2024-02-29T00:00:00Z',
  'Europe/Berlin',
  'day',
  'int',
  '$a',
  '$a.b',
  '$$ROOT',
  '$__proto__',
  '%Y-%m-%d',
  '(a+)+$',
  new Int32(0),
  new Int32(1),
  new Int32(-7),
  new Int32(2147483647),
  new Int32(-2147483648),
  Long.MAX_VALUE,
  Long.MIN_VALUE,
  new Double(0.5),
  new Double(NaN),
  new Double(Infinity),
  new Double(-0),
  new Double(1e300),
  Decimal128.fromString('1E+6111'),
  Decimal128.fromString('-1E-6176'),
  Decimal128.fromString('NaN'),
  Decimal128.fromString('Infinity'),
  Decimal128.fromString('3.50'),
  new Date(0),
  new Date(8_640_000_000_000_000),
  new WideDate(2n ** 62n),
  new Timestamp({ t: 4_294_967_295, i: 0 }),
  new ObjectId('ffffffffffffffffffffffff'),
  new Binary(Buffer.from('abc'), 0),
  new BSONRegExp('a', 'i'),
  new BSONSymbol('s'),
  new Code('x'),
  new CodeWithScope('x', new Map()),
  new DbPointer('a.b', new ObjectId('000000000000000000000000')),
  new MinKey(),
  new MaxKey(),
  UNDEFINED,
]
const FIELDS = [
  ...['input', 'in', 'sortBy', 'date', 'timezone', 'format', 'unit', 'amount', 'startDate', 'endDate', 'binSize'],
  ...['year', 'month', 'isoWeekYear', 'dateString', 'field', 'value', 'to', 'onError', 'onNull', 'vars', 'k', 'v'],
  ...['branches', 'if', 'then', 'else', '__proto__', 'constructor'],
]

/** The arguments that operators need by name, so that what is random gets past their parsers. */
const SHAPES: ReadonlyMap<string, readonly string[]> = new Map([
  ['$let', ['vars', 'in']],
  ['$convert', ['input', 'to']],
  ['$dateAdd', ['startDate', 'unit', 'amount', 'timezone']],
  ['$dateSubtract', ['startDate', 'unit', 'amount']],
  ['$dateDiff', ['startDate', 'endDate', 'unit', 'timezone']],
  ['$dateTrunc', ['date', 'unit', 'binSize', 'timezone']],
  ['$dateFromParts', ['year', 'month', 'day', 'hour', 'second', 'timezone']],
  ['$dateToParts', ['date', 'timezone', 'iso8601']],
  ['$dateToString', ['date', 'format', 'timezone']],
  ['$dateFromString', ['dateString', 'format', 'timezone']],
  ['$hour', ['date', 'timezone']],
  ['$getField', ['field', 'input']],
  ['$setField', ['field', 'input', 'value']],
  ['$sortArray', ['input', 'sortBy']],
  ['$cond', ['if', 'then', 'else']],
])
/** Values that an argument of a name mostly takes, so that more than the check of its type is met. */
const LIKELY: ReadonlyMap<string, readonly BsonValue[]> = new Map<string, readonly BsonValue[]>([
  ['unit', ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond']],
  ['timezone', ['UTC', 'Europe/Berlin', 'America/New_York', '+14:00', '-0930', 'Asia/Kathmandu']],
  ['amount', [new Int32(1), Long.MAX_VALUE, new Int32(-2147483648), Long.fromString('9007199254740991')]],
  ['binSize', [new Int32(1), new Int32(7), new Int32(2147483647)]],
  ['to', ['int', 'long', 'double', 'decimal', 'string', 'date', 'bool', 'objectId']],
  ['startDate', [new Date(0), new Date(8_640_000_000_000_000), new Date(-8_640_000_000_000_000)]],
  ['endDate', [new Date(1e12), new Date(8_640_000_000_000_000)]],
  ['date', [new Date(0), new Date(8_640_000_000_000_000), new Date(-8_640_000_000_000_000)]],
])

const OPERATOR_NAMES = [...OPERATORS.keys()]

class Generator {
  readonly #below: (below: number) => number

  constructor(seed: number) {
    this.#below = random(seed)
  }

  value(depth: number): BsonValue {
    const kind = this.#below(depth > 3 ? 5 : 10)
    if (kind < 5) return this.#pick(SCALARS)
    if (kind < 7) return Array.from({ length: this.#below(5) }, () => this.value(depth + 1))
    if (kind < 8) return this.operator(this.#pick(OPERATOR_NAMES), depth + 1)
    return this.#object(depth)
  }

  operator(name: string, depth: number): BsonValue {
    const shape = SHAPES.get(name)
    if (!shape || this.#below(4) === 0) return new Map([[name, this.value(depth)]])
    return new Map([[name, new Map(shape.map((field) => [field, this.#argument(field, depth)] as const))]])
  }

  #argument(field: string, depth: number): BsonValue {
    const likely = LIKELY.get(field)
    return likely && this.#below(4) > 0 ? this.#pick(likely) : this.value(depth + 1)
  }

  #object(depth: number): BsonValue {
    return new Map(Array.from({ length: this.#below(6) }, () => [this.#pick(FIELDS), this.value(depth + 1)] as const))
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#below(items.length)] as T
  }
}

/** Checks that a value is one that BSON has. */
function assertSound(value: BsonValue): void {
  if (value instanceof Int32 && !Number.isInteger(value.value)) throw new TypeError('an int that is none')
  if (value instanceof Date && Number.isNaN(value.getTime())) throw new TypeError('a date that is none')
  const parts = value instanceof Map ? value.values() : Array.isArray(value) ? value : []
  for (const part of parts) assertSound(part)
}

const ROOT = documentOf({ a: { b: [1, { c: 2 }] }, list: [3, 1, 2] })

function attempt(spec: BsonValue): unknown {
  try {
    const value = compileExpression(spec)(createScope(ROOT))
    assertSound(value === undefined ? null : value)
    // what comes out can be written
    encodeDocument(new Map([['value', value === undefined ? null : value]]))
    return undefined
  } catch (error) {
    return error instanceof CommandError ? undefined : error
  }
}

describe('hostile expressions', () => {
  it.each(OPERATOR_NAMES)('%s answers a value or a server error, whatever it is given', (name) => {
    const generator = new Generator(name.length * 7919 + name.charCodeAt(1))
    for (let round = 0; round < 400; round++) {
      beginWork()
      const spec = generator.operator(name, 1)
      const failure = attempt(spec)
      expect(failure, show(spec)).toBeUndefined()
    }
  })
})
