import { Decimal128, Double, Int32, type BsonNumber } from '../../bson/values.ts'

/** A number written as the server does: without a point when it is whole, `Infinity`, `NaN`, exponents as `1e+21`. */
export function numberText(value: BsonNumber): string {
  if (value instanceof Int32 || value instanceof Decimal128) return value.toString()
  return value instanceof Double ? doubleText(value.value) : value.toString()
}

// JavaScript pads exponents less than the server does
function doubleText(value: number): string {
  if (Object.is(value, -0)) return '-0'
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2')
}
