import type { BsonValue } from '../../values.ts'
import { readNonNegative } from '../../numbers/integers.ts'
import type { FieldOperator } from '../language.ts'
import { anyValue, type FieldTest } from '../predicate.ts'

function size(operand: BsonValue): FieldTest {
  const wanted = Number(readNonNegative(operand, '$size', 'BadValue', 'Failed to parse $size. '))
  return anyValue((value) => Array.isArray(value) && value.length === wanted, 'whole')
}

/** `$size`. */
export const SIZE_OPERATORS: Readonly<Record<string, FieldOperator>> = { $size: size }
