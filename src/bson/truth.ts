import { isNumber, Undefined, type BsonValue } from './values.ts'
import { isZero } from './numbers/numbers.ts'

/** Whether a value counts as true: all but false, zero, null, undefined and missing. Empty strings and NaN do. */
export function isTruthy(value: BsonValue | undefined): boolean {
  if (typeof value === 'boolean') return value
  if (isNullish(value)) return false
  return isNumber(value) ? !isZero(value) : true
}

/** Whether a value is missing, null or of the deprecated type undefined: what most operators turn into null. */
export function isNullish(value: BsonValue | undefined): value is null | undefined | Undefined {
  return value === undefined || value === null || value instanceof Undefined
}
