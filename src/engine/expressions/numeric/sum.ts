import { Decimal128, Double, Int32, Long, toNumber, type BsonNumber } from '../../../bson/values.ts'
import { fromInteger, TINY_ZERO, ZERO, type AnyDecimal } from './decimal.ts'
import { asDecimal, toDecimal128 } from './decimal-conversion.ts'
import { addDecimals } from './decimal-arithmetic.ts'
import { fromBigInt } from './integers.ts'

/**
 * A running sum, as `$sum` and `$avg` make it: exact for integers, with a compensation for what doubles lose, and
 * decimals rounded at each step. Its type is the widest that was added: int, long, double, decimal; an int grows into a
 * long, a long into a double.
 */
export class NumberSum {
  #type: 'int' | 'long' | 'double' | 'decimal' = 'int'
  // integers gather in a plain number while that is exact
  #small = 0
  #large = 0n
  #double = 0
  #lost = 0
  #decimal: AnyDecimal = ZERO

  add(value: BsonNumber): void {
    if (value instanceof Int32) return this.#addInteger(value.value)
    if (value instanceof Double) {
      if (this.#type !== 'decimal') this.#type = 'double'
      return this.#addDouble(value.value)
    }
    if (value instanceof Long) {
      if (this.#type === 'int') this.#type = 'long'
      const number = value.toNumber()
      if (Number.isSafeInteger(number)) return this.#addInteger(number)
      this.#large += value.toBigInt()
      return
    }
    this.#type = 'decimal'
    this.#decimal = addDecimals(this.#decimal, asDecimal(value))
  }

  #addInteger(value: number): void {
    const sum = this.#small + value
    if (Number.isSafeInteger(sum)) this.#small = sum
    else this.#large += BigInt(value)
  }

  // two-sum: what the addition rounded off is kept apart
  #addDouble(value: number): void {
    const sum = this.#double + value
    const back = sum - this.#double
    const lost = this.#double - (sum - back) + (value - back)
    // infinities would make the compensation NaN
    if (Number.isFinite(lost)) this.#lost += lost
    this.#double = sum
  }

  get #integers(): bigint {
    return this.#large + BigInt(this.#small)
  }

  get #doubles(): number {
    const sum = this.#large === 0n ? this.#small : Number(this.#integers)
    if (sum === 0) return this.#double + this.#lost
    const total = new NumberSum()
    total.#double = this.#double
    total.#lost = this.#lost
    total.#addDouble(sum)
    return total.#double + total.#lost
  }

  /** The sum so far. */
  value(): BsonNumber {
    if (this.#type === 'decimal') return toDecimal128(this.#asDecimal())
    if (this.#type === 'double') return new Double(this.#doubles)
    return fromBigInt(this.#integers, this.#type)
  }

  // what other types make together is converted to all of its digits
  #asDecimal(): AnyDecimal {
    const doubles = addDecimals(asDecimal(new Double(this.#double), 34), asDecimal(new Double(this.#lost), 34))
    const others = addDecimals(doubles, fromInteger(this.#integers))
    const isZero = typeof others !== 'string' && others.coefficient === 0n
    return addDecimals(this.#decimal, isZero ? ZERO : addDecimals(others, TINY_ZERO))
  }

  /** The sum as a double, or as a decimal when one was added: what averages divide. */
  wide(): Double | Decimal128 {
    const value = this.value()
    return value instanceof Decimal128 || value instanceof Double ? value : new Double(toNumber(value))
  }
}
