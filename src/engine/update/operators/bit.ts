import { Int32, isDocument, Long, typeName, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { toBigInt } from '../../expressions/numeric/integers.ts'
import { fieldText } from '../../../bson/shell-text.ts'
import { idText, type LeafOperator } from '../tree/leaf.ts'
import { isIdentical } from '../identical.ts'

type Integer = Int32 | Long
type Combine = (a: bigint, b: bigint) => bigint

const COMBINATIONS: ReadonlyMap<string, Combine> = new Map<string, Combine>([
  ['and', (a, b) => a & b],
  ['or', (a, b) => a | b],
  ['xor', (a, b) => a ^ b],
])

function isInteger(value: BsonValue): value is Integer {
  const type = typeName(value)
  return type === 'int' || type === 'long'
}

interface Step {
  readonly combine: Combine
  readonly operand: Integer
}

function readStep([name, operand]: [string, BsonValue], whole: BsonDocument): Step {
  const combine = COMBINATIONS.get(name)
  if (!combine) {
    const shown = fieldText('$bit', whole)
    throw new CommandError(
      'BadValue',
      `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: {${shown}}`,
    )
  }
  if (isInteger(operand)) return { combine, operand }
  const shown = fieldText(name, operand)
  throw new CommandError(
    'BadValue',
    `The $bit modifier field must be an Integer(32/64 bit); a '${typeName(operand)}' is not supported here: {${shown}}`,
  )
}

/** `$bit`: and, or, xor of ints and longs; a missing field counts as 0. */
export const BIT_OPERATORS: Readonly<Record<string, LeafOperator>> = {
  $bit(operand, path) {
    if (!isDocument(operand)) {
      const shown = fieldText(path, operand)
      throw new CommandError(
        'BadValue',
        `The $bit modifier is not compatible with a ${typeName(operand)}. You must pass in an embedded document: ` +
          `{$bit: {field: {and/or/xor: #}}} but got {${shown}}`,
      )
    }
    const steps = [...operand].map((entry) => readStep(entry, operand))
    if (steps.length === 0) {
      throw new CommandError(
        'BadValue',
        'You must pass in at least one bitwise operation. The format is: {$bit: {field: {and/or/xor: #}}}',
      )
    }
    return {
      kind: 'leaf',
      missing: 'create',
      apply(value, scope, place) {
        if (value !== undefined && !isInteger(value)) {
          throw new CommandError(
            'BadValue',
            `Cannot apply $bit to a value of non-integral type.{${idText(scope.root)}} has the field ` +
              `${place.path.at(-1)} of non-integer type ${typeName(value)}`,
          )
        }
        const result = steps.reduce(applyStep, value ?? new Int32(0))
        return value !== undefined && isIdentical(value, result) ? undefined : { kind: 'set', value: result }
      },
    }
  },
}

function applyStep(value: Integer, { combine, operand }: Step): Integer {
  const result = combine(toBigInt(value), toBigInt(operand))
  return value instanceof Int32 && operand instanceof Int32 ? new Int32(Number(result)) : Long.fromBigInt(result)
}
