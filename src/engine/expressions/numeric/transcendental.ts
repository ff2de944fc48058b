import { Decimal128, Double, type BsonNumber } from '../../../bson/values.ts'
import { asDecimal, toDecimal128 } from './decimal-conversion.ts'

/**
 * A double's result in the type that the server gives it: a decimal when an operand is one, else a double. Decimals get
 * the precision of doubles here.
 */
export function inWidest(result: number, operands: readonly BsonNumber[]): BsonNumber {
  const value = new Double(result)
  return operands.some((operand) => operand instanceof Decimal128) ? toDecimal128(asDecimal(value)) : value
}
