import { Double, Int32, isNumber, typeName, type BsonNumber, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { ADDITION, combine, MULTIPLICATION, type Operation } from '../../expressions/numeric/arithmetic.ts'
import { isInteger } from '../../expressions/numeric/integers.ts'
import { fieldText, toText } from '../../../bson/shell-text.ts'
import { idText, type LeafOperator } from '../tree/leaf.ts'
import { isIdentical } from '../identical.ts'

const ZERO = new Int32(0)

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
          return { kind: 'set', value: name === '$inc' ? operand : combine(operand, ZERO, operation) }
        }
        if (!isNumber(value)) throw notNumeric(name, value, place.path, idText(scope.root))
        const result = combine(value, operand, operation)
        // a long does not hold it
        if (result instanceof Double && isInteger(value) && isInteger(operand))
          throw overflow(name, value, idText(scope.root))
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
  $inc: arithmetic('$inc', ADDITION),
  $mul: arithmetic('$mul', MULTIPLICATION),
}
