import {
  Decimal128,
  Double,
  Int32,
  isNumber,
  Long,
  toNumber,
  typeName,
  type BsonNumber,
  type BsonValue,
} from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { asDecimal, toDecimal128 } from '../../expressions/numeric/decimal-conversion.ts'
import { addDecimals, multiplyDecimals } from '../../expressions/numeric/decimal-arithmetic.ts'
import { fitsLong, isInteger, toBigInt } from '../../expressions/numeric/integers.ts'
import { fieldText, toText } from '../../../bson/codec/text.ts'
import { idText } from '../id-text.ts'
import { isIdentical } from '../identical.ts'
import type { LeafOperator } from '../tree/leaf.ts'

type Operation = 'add' | 'multiply'

const ZERO = new Int32(0)

/**
 * Combines two numbers in the wider of their types; ints grow into longs. Undefined when a long does not hold the
 * result.
 */
function combine(operation: Operation, a: BsonNumber, b: BsonNumber): BsonNumber | undefined {
  if (a instanceof Decimal128 || b instanceof Decimal128) {
    const compute = operation === 'add' ? addDecimals : multiplyDecimals
    return toDecimal128(compute(asDecimal(a), asDecimal(b)))
  }
  if (!isInteger(a) || !isInteger(b)) {
    const [x, y] = [toNumber(a), toNumber(b)]
    return new Double(operation === 'add' ? x + y : x * y)
  }
  const [x, y] = [toBigInt(a), toBigInt(b)]
  const exact = operation === 'add' ? x + y : x * y
  if (a instanceof Int32 && b instanceof Int32 && BigInt.asIntN(32, exact) === exact) return new Int32(Number(exact))
  return fitsLong(exact) ? Long.fromBigInt(exact) : undefined
}

function arithmetic(name: '$inc' | '$mul', operation: Operation): LeafOperator {
  return (operand, path) => {
    if (!isNumber(operand)) {
      const verb = name === '$inc' ? 'increment' : 'multiply'
      throw new CommandError('TypeMismatch', `Cannot ${verb} with non-numeric argument: {${fieldText(path, operand)}}`)
    }
    return {
      kind: 'leaf',
      missing: 'create',
      apply(value, scope, place) {
        // multiplying a missing field gives zero in the operand's type
        if (value === undefined) {
          return { kind: 'set', value: operation === 'add' ? operand : (combine('multiply', operand, ZERO) ?? ZERO) }
        }
        if (!isNumber(value)) throw notNumeric(name, value, place.path, idText(scope.root))
        const result = combine(operation, value, operand)
        if (result === undefined) throw overflow(name, value, idText(scope.root))
        return isIdentical(value, result) ? undefined : { kind: 'set', value: result }
      },
    }
  }
}

function notNumeric(name: string, value: BsonValue, path: readonly string[], id: string): CommandError {
  const field = path.at(-1) ?? ''
  return new CommandError(
    'TypeMismatch',
    `Cannot apply ${name} to a value of non-numeric type. {${id}} has the field '${field}' of non-numeric type ` +
      typeName(value),
  )
}

function overflow(name: string, value: BsonNumber, id: string): CommandError {
  const current = `(${value instanceof Int32 ? 'NumberInt' : 'NumberLong'})${toText(value)}`
  return new CommandError(
    'BadValue',
    `Failed to apply ${name} operations to current value (${current}) for document {${id}}`,
  )
}

/** `$inc` and `$mul`. */
export const ARITHMETIC_OPERATORS: Readonly<Record<string, LeafOperator>> = {
  $inc: arithmetic('$inc', 'add'),
  $mul: arithmetic('$mul', 'multiply'),
}
