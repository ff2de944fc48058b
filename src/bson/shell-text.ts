import {
  Binary,
  BSONRegExp,
  Decimal128,
  isDocument,
  isNumber,
  ObjectId,
  Timestamp,
  typeName,
  type BsonValue,
} from './values.ts'

/** A value as the server writes it in messages: `{ _id: 1, name: "x" }`. For people; not meant to be read back. */
export function toShellText(value: BsonValue): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value === null || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(toShellText).join(', ')} ]`
  if (isDocument(value)) {
    const fields = [...value].map(([name, item]) => `${name}: ${toShellText(item)}`)
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
  }
  if (value instanceof Decimal128) return `NumberDecimal("${value.toString()}")`
  if (isNumber(value)) return typeName(value) === 'double' ? doubleText(Number(value.toString())) : value.toString()
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`
  if (value instanceof Date) return `new Date(${value.getTime()})`
  if (value instanceof Timestamp) return `Timestamp(${value.t}, ${value.i})`
  if (value instanceof BSONRegExp) return `/${value.pattern}/${value.options}`
  if (value instanceof Binary) return `BinData(${value.sub_type}, ${value.toString('hex').toUpperCase()})`
  return typeName(value)
}

function doubleText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? value.toFixed(1) : String(value)
}

const MAX_LENGTH = 2_000

/** A value as the server shows it in error messages: `{ a: 1, b: [ "x" ] }`. Long values are cut off. */
export function toText(value: BsonValue): string {
  const text = toShellText(value)
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}...` : text
}

/** A field as the server shows it in error messages: `a: 1`. */
export function fieldText(name: string, value: BsonValue): string {
  return `${name}: ${toText(value)}`
}
