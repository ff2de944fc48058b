import { Decimal128, Double, Int32, toNumber, type BsonNumber } from '../../../bson/values.ts'
import { asDecimal, toDecimal128 } from './decimal-conversion.ts'
import { fitsLong, fromBigInt, isInteger, toBigInt } from './integers.ts'

/**
 * A power in the server's types: integers stay integers while the result fits, everything else is a double or a
 * decimal. The caller has refused zero to a negative power.
 */
export function power(base: BsonNumber, exponent: BsonNumber): BsonNumber {
  if (isInteger(base) && isInteger(exponent)) {
    const narrowest = base instanceof Int32 && exponent instanceof Int32 ? 'int' : 'long'
    const integer = integerPower(toBigInt(base), toBigInt(exponent))
    if (integer !== undefined) return fromBigInt(integer, narrowest)
  }
  return inWidest(Math.pow(toNumber(base), toNumber(exponent)), [base, exponent])
}

/**
 * A double's result in the type that the server gives it: a decimal when an operand is one, else a double. Decimals get
 * the precision of doubles here.
 */
export function inWidest(result: number, operands: readonly BsonNumber[]): BsonNumber {
  const value = new Double(result)
  return operands.some((operand) => operand instanceof Decimal128) ? toDecimal128(asDecimal(value)) : value
}

function integerPower(base: bigint, exponent: bigint): bigint | undefined {
  if (base === 1n || base === 0n) return exponent === 0n ? 1n : base
  if (base === -1n) return exponent % 2n === 0n ? 1n : -1n
  // two to the sixty-fourth is beyond a long already
  if (exponent < 0n || exponent > 63n) return undefined
  const result = base ** exponent
  return fitsLong(result) ? result : undefined
}
