import { Double, Int32, Long, type BsonNumber } from '../../../bson/values.ts'

const MIN_INT = -0x8000_0000
const MAX_INT = 0x7fff_ffff
const MIN_LONG = -(2n ** 63n)
const MAX_LONG = 2n ** 63n - 1n

/** Whether a number is an integer that an int can hold. */
export function fitsInt(value: number): boolean {
  return Number.isInteger(value) && value >= MIN_INT && value <= MAX_INT
}

/** Whether an integer fits a long. */
export function fitsLong(value: bigint): boolean {
  return value >= MIN_LONG && value <= MAX_LONG
}

/** An integral number exactly; the number must be an int or a long. */
export function toBigInt(value: Int32 | Long): bigint {
  return value instanceof Int32 ? BigInt(value.value) : value.toBigInt()
}

/** An integer in the smallest type from `narrowest` on that holds it: int, long, then double. */
export function fromBigInt(value: bigint, narrowest: 'int' | 'long'): Int32 | Long | Double {
  if (narrowest === 'int' && value >= MIN_INT && value <= MAX_INT) return new Int32(Number(value))
  return fitsLong(value) ? Long.fromBigInt(value) : new Double(Number(value))
}

/** Whether a value is an int or a long. */
export function isInteger(value: BsonNumber): value is Int32 | Long {
  return value instanceof Int32 || value instanceof Long
}

/** The whole number that a number of any type stands for, if it is whole and safe; `undefined` otherwise. */
export function wholeNumber(value: BsonNumber): number | undefined {
  const number = value instanceof Int32 || value instanceof Double ? value.value : Number(value.toString())
  return Number.isSafeInteger(number) ? number : undefined
}

/** The whole number within an int's range that a number of any type stands for; `undefined` when it is none. */
export function wholeInt(value: BsonNumber): number | undefined {
  const number = wholeNumber(value)
  return number !== undefined && fitsInt(number) ? number : undefined
}
