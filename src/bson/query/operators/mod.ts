import { isNumber, type BsonValue } from '../../values.ts'
import { CommandError } from '../../command-error.ts'
import type { FieldOperator } from '../language.ts'
import { truncated } from '../../numbers/integers.ts'
import { anyValue, type FieldTest } from '../predicate.ts'

function readOperand(value: BsonValue | undefined, name: 'divisor' | 'remainder'): bigint {
  if (value === undefined || !isNumber(value)) throw new CommandError('BadValue', `malformed mod, ${name} not a number`)
  const whole = truncated(value)
  if (whole !== undefined && BigInt.asIntN(64, whole) === whole) return whole
  throw new CommandError(
    'BadValue',
    `malformed mod, ${name} value is invalid :: caused by :: Unable to coerce NaN/Inf to integral type`,
  )
}

function modulo(operand: BsonValue): FieldTest {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', 'malformed mod, needs to be an array')
  if (operand.length < 2) throw new CommandError('BadValue', 'malformed mod, not enough elements')
  if (operand.length > 2) throw new CommandError('BadValue', 'malformed mod, too many elements')
  const divisor = readOperand(operand[0], 'divisor')
  const remainder = readOperand(operand[1], 'remainder')
  if (divisor === 0n) throw new CommandError('BadValue', 'divisor cannot be 0')
  return anyValue((value) => {
    if (value === undefined || !isNumber(value)) return false
    const whole = truncated(value)
    return whole !== undefined && BigInt.asIntN(64, whole) === whole && whole % divisor === remainder
  })
}

/** `$mod`: fractions are cut off, and the remainder has the sign of the value. */
export const MOD_OPERATORS: Readonly<Record<string, FieldOperator>> = { $mod: modulo }
