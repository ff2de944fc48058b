import { Decimal128, Double, Int32, Long, toNumber, type BsonNumber } from '../../../bson/values.ts'
import { asDecimal, toDecimal128, type AnyDecimal } from './decimal.ts'
import { divideDecimals, multiplyDecimals, remainderOfDecimals, subtractDecimals } from './decimal-arithmetic.ts'
import { fitsInt, fromBigInt, isInteger, toBigInt } from './integers.ts'

function inDecimal(a: BsonNumber, b: BsonNumber, compute: (a: AnyDecimal, b: AnyDecimal) => AnyDecimal): Decimal128 {
  return toDecimal128(compute(asDecimal(a), asDecimal(b)))
}

function isDecimal(a: BsonNumber, b: BsonNumber): boolean {
  return a instanceof Decimal128 || b instanceof Decimal128
}

/** `a - b` in the wider of their types; an int grows into a long, a long into a double. */
export function subtract(a: BsonNumber, b: BsonNumber): BsonNumber {
  if (isDecimal(a, b)) return inDecimal(a, b, subtractDecimals)
  if (isInteger(a) && isInteger(b)) return fromBigInt(toBigInt(a) - toBigInt(b), narrowest([a, b]))
  return new Double(toNumber(a) - toNumber(b))
}

/** The product in the widest of the types; an int grows into a long, a long into a double. */
export function multiply(values: readonly BsonNumber[]): BsonNumber {
  if (values.some((value) => value instanceof Decimal128)) {
    const product = values.reduce<AnyDecimal>((left, right) => multiplyDecimals(left, asDecimal(right)), ONE)
    return toDecimal128(product)
  }
  if (values.every(isInteger)) {
    return fromBigInt(
      values.reduce((product, value) => product * toBigInt(value), 1n),
      narrowest(values),
    )
  }
  return new Double(values.reduce((product, value) => product * toNumber(value), 1))
}

const ONE: AnyDecimal = { coefficient: 1n, exponent: 0 }

function narrowest(values: readonly (Int32 | Long)[]): 'int' | 'long' {
  return values.some((value) => value instanceof Long) ? 'long' : 'int'
}

/** `a / b`: a double, or a decimal when either is one. The caller has refused a zero divisor. */
export function divide(a: BsonNumber, b: BsonNumber): BsonNumber {
  return isDecimal(a, b) ? inDecimal(a, b, divideDecimals) : new Double(toNumber(a) / toNumber(b))
}

/**
 * The remainder of `a / b` with the sign of `a`. A double divisor that is a whole int counts as an int, as on a server. The
 * caller has refused a zero divisor.
 */
export function modulo(a: BsonNumber, b: BsonNumber): BsonNumber {
  if (isDecimal(a, b)) return inDecimal(a, b, remainderOfDecimals)
  const divisor = b instanceof Double && fitsInt(b.value) ? new Int32(b.value) : b
  if (isInteger(a) && isInteger(divisor)) {
    return fromBigInt(toBigInt(a) % toBigInt(divisor), narrowest([a, divisor]))
  }
  return new Double(toNumber(a) % toNumber(b))
}
