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
  isDocument,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  WideDate,
  type BsonDocument,
  type BsonValue,
} from '../bson/values.ts'

const MAX_TEXT_LENGTH = 2_000

/** A value as the server shows it in error messages: `{ a: 1, b: [ "x" ] }`. Long values are cut off. */
export function toText(value: BsonValue): string {
  const text = valueText(value)
  return text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}...` : text
}

/** A field as the server shows it in error messages: `a: 1`. */
export function fieldText(name: string, value: BsonValue): string {
  return `${name}: ${toText(value)}`
}

function valueText(value: BsonValue): string {
  if (isDocument(value)) return documentText(value)
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(valueText).join(', ')} ]`
  if (typeof value === 'string') return `"${value}"`
  if (value === null || typeof value === 'boolean') return String(value)
  return scalarText(value)
}

function documentText(document: BsonDocument): string {
  if (document.size === 0) return '{}'
  return `{ ${[...document].map(([name, value]) => `${name}: ${valueText(value)}`).join(', ')} }`
}

function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'nan.0'
  if (!Number.isFinite(value)) return value > 0 ? 'inf.0' : '-inf.0'
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? `${Object.is(value, -0) ? '-0' : value}.0` : String(value)
}

function scalarText(value: Exclude<BsonValue, BsonDocument | BsonValue[] | string | boolean | null>): string {
  if (value instanceof Int32) return String(value.value)
  if (value instanceof Double) return doubleText(value.value)
  if (value instanceof Timestamp) return `Timestamp(${value.t}, ${value.i})`
  if (value instanceof Long) return value.toString()
  if (value instanceof Decimal128) return `Decimal128("${value.toString()}")`
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`
  if (value instanceof Date) return `new Date(${value.getTime()})`
  if (value instanceof WideDate) return `new Date(${value.ms})`
  if (value instanceof BSONRegExp) return `/${value.pattern}/${value.options}`
  if (value instanceof BSONSymbol) return `"${value.value}"`
  if (value instanceof Binary) return `BinData(${value.sub_type}, ${value.toString('hex').toUpperCase()})`
  if (value instanceof Code) return String(value.code)
  if (value instanceof CodeWithScope) return `CodeWScope( ${value.code}, ${documentText(value.scope)})`
  if (value instanceof DbPointer) return `DBRef('${value.namespace}',${value.id.toHexString()})`
  if (value instanceof MinKey) return 'MinKey'
  return value instanceof MaxKey ? 'MaxKey' : 'undefined'
}
