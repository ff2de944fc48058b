import { Decimal128, Double, Int32, isNumber, toNumber, type BsonNumber } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { binary, ranged, unaryOf, type Maybe } from '../arguments.ts'
import { describe, typeNameOf } from '../describe.ts'
import { asDecimal, toDecimal128 } from '../numeric/decimal-conversion.ts'
import type { Rounding } from '../numeric/decimal-rounding.ts'
import { fromBigInt, toBigInt, wholeInt } from '../numeric/integers.ts'
import { inWidest, power } from '../numeric/power.ts'
import { roundNumber, wholeOf } from '../numeric/round.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'

/**
 * An operator of one number; null for null or missing.
 * @throws CommandError 28765 when evaluated on another type
 */
function numeric(compute: (value: BsonNumber, name: string) => BsonNumber): OperatorCompiler {
  return unaryOf(isNumber, 'numeric types', 28765, compute)
}

function absolute(value: BsonNumber): BsonNumber {
  if (value instanceof Double) return new Double(Math.abs(value.value))
  if (value instanceof Decimal128) {
    const decimal = asDecimal(value)
    if (typeof decimal !== 'string') return toDecimal128({ ...decimal, negative: false })
    return decimal === '-Infinity' ? toDecimal128('Infinity') : value
  }
  const integer = toBigInt(value)
  if (integer === -(2n ** 63n)) throw new CommandError(28680, "can't take $abs of long long min")
  return fromBigInt(integer < 0n ? -integer : integer, value instanceof Int32 ? 'int' : 'long')
}

function whole(rounding: 'ceil' | 'floor'): OperatorCompiler {
  return numeric((value) => wholeOf(value, rounding))
}

/** A function on positive numbers, such as a logarithm. */
function onDomain(
  compute: (value: number) => number,
  accepts: (value: number) => boolean,
  code: number,
  text: (value: BsonNumber) => string,
): OperatorCompiler {
  return numeric((value, name) => {
    const number = toNumber(value)
    if (!accepts(number) && !Number.isNaN(number)) throw new CommandError(code, `${name}'s ${text(value)}`)
    return inWidest(compute(number), [value])
  })
}

const isPositive = (value: number): boolean => value > 0
const notPositive = (value: BsonNumber): string => `argument must be a positive number, but is ${describe(value)}`

function logarithm(value: Maybe, base: Maybe): Maybe {
  if (isNullish(value) || isNullish(base)) return null
  if (!isNumber(value)) {
    throw new CommandError(28756, `$log's argument must be numeric, not ${typeNameOf(value)}`)
  }
  if (!isNumber(base)) throw new CommandError(28757, `$log's base must be numeric, not ${typeNameOf(base)}`)
  const [number, root] = [toNumber(value), toNumber(base)]
  if (number <= 0) throw new CommandError(28758, `$log's ${notPositive(value)}`)
  if (root <= 0 || root === 1) {
    throw new CommandError(28759, `$log's base must be a positive number not equal to 1, but is ${describe(base)}`)
  }
  return inWidest(Math.log(number) / Math.log(root), [value, base])
}

function raise(base: Maybe, exponent: Maybe): Maybe {
  if (isNullish(base) || isNullish(exponent)) return null
  if (!isNumber(base)) throw new CommandError(28762, `$pow's base must be numeric, not ${typeNameOf(base)}`)
  if (!isNumber(exponent)) {
    throw new CommandError(28763, `$pow's exponent must be numeric, not ${typeNameOf(exponent)}`)
  }
  if (toNumber(base) === 0 && toNumber(exponent) < 0) {
    throw new CommandError(28764, '$pow cannot take a base of 0 and a negative exponent')
  }
  return power(base, exponent)
}

function rounded(rounding: Rounding): OperatorCompiler {
  return ranged(1, 2, ([value, places = new Int32(0)], name) => {
    if (isNullish(value) || isNullish(places)) return null
    if (!isNumber(value)) {
      throw new CommandError(51081, `${name} only supports numeric types, not ${typeNameOf(value)}`)
    }
    const count = isNumber(places) ? wholeInt(places) : undefined
    if (count === undefined) {
      throw new CommandError(51082, `precision argument to  ${name} must be a integral value`)
    }
    if (count < -20 || count > 100) {
      const text = `cannot apply ${name} with precision value ${count} value must be in [-20, 100]`
      throw new CommandError(51083, text)
    }
    const result = roundNumber(value, count, rounding)
    if (result !== undefined) return result
    const text = `invalid conversion from Decimal128 result in ${name} resulting from arguments: [${describe(value)}, ${count}]`
    throw new CommandError(51080, text)
  })
}

function squareRoot(value: BsonNumber): BsonNumber {
  const number = toNumber(value)
  if (number < 0) throw new CommandError(28714, "$sqrt's argument must be greater than or equal to 0")
  return inWidest(Math.sqrt(number), [value])
}

/** Powers, logarithms and rounding. */
export const MATH_OPERATORS: OperatorTable = {
  $abs: numeric(absolute),
  $ceil: whole('ceil'),
  $floor: whole('floor'),
  $round: rounded('halfEven'),
  $trunc: rounded('truncate'),
  $exp: numeric((value) => inWidest(Math.exp(toNumber(value)), [value])),
  $ln: onDomain(Math.log, isPositive, 28766, notPositive),
  $log10: onDomain(Math.log10, isPositive, 28761, notPositive),
  $log: binary(logarithm),
  $pow: binary(raise),
  $sqrt: numeric(squareRoot),
}
