import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  type BsonValue,
  type Decimal128,
  Double,
  type Int32,
  isDocument,
  isNumber,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  typeName,
  Undefined,
  WideDate,
} from '../../bson/values.ts'

/** How much of a value a message shows, in characters. */
const MAX_TEXT = 2_000

/**
 * A value as the server's messages show it: `{a: 1, b: ["x"]}`. Cut short when long, so that a message stays one.
 */
export function describe(value: BsonValue | undefined): string {
  const text = describeWithin(value, { left: MAX_TEXT })
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text
}

/** The name of a value's type in messages, `missing` for no value. */
export function typeNameOf(value: BsonValue | undefined): string {
  return value === undefined ? 'missing' : typeName(value)
}

// the budget ends the walk of a huge value early
function describeWithin(value: BsonValue | undefined, budget: { left: number }): string {
  if (budget.left < 0) return '...'
  const text = isDocument(value)
    ? `{${[...value].map(([name, item]) => `${name}: ${describeWithin(item, budget)}`).join(', ')}}`
    : Array.isArray(value)
      ? `[${value.map((item) => describeWithin(item, budget)).join(', ')}]`
      : describeScalar(value)
  if (!isDocument(value) && !Array.isArray(value)) budget.left -= text.length
  return text
}

function describeScalar(value: BsonValue | undefined): string {
  if (value === undefined) return 'MISSING'
  if (value === null) return 'null'
  if (typeof value === 'string') return `"${value}"`
  if (typeof value === 'boolean') return String(value)
  if (isNumber(value)) return describeNumber(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString()
  if (value instanceof WideDate) return `Date(${value.ms})`
  if (value instanceof ObjectId) return value.toHexString()
  if (value instanceof Timestamp) return `Timestamp(${value.t}, ${value.i})`
  if (value instanceof BSONRegExp) return `/${value.pattern}/${value.options}`
  if (value instanceof BSONSymbol) return `"${value.value}"`
  if (value instanceof Binary) return `BinData(${value.sub_type}, "${value.toString('hex').toUpperCase()}")`
  if (value instanceof MinKey) return 'MinKey'
  if (value instanceof MaxKey) return 'MaxKey'
  if (value instanceof Undefined) return 'undefined'
  return typeName(value)
}

function describeNumber(value: Int32 | Double | Decimal128 | { toString(): string }): string {
  if (value instanceof Double) {
    if (Number.isFinite(value.value)) return String(value.value)
    return Number.isNaN(value.value) ? 'nan' : value.value > 0 ? 'inf' : '-inf'
  }
  return value.toString()
}
