import { isNumber, toNumber, typeName, type BsonNumber, type BsonValue } from '../../values.ts'
import { TYPE_NAMES_BY_NUMBER } from '../../types.ts'
import { CommandError } from '../../command-error.ts'
import type { FieldOperator } from '../language.ts'
import { isWhole } from '../../numbers/integers.ts'
import { anyValue, negated, type FieldTest } from '../predicate.ts'
import { toText } from '../../shell-text.ts'
import { isTruthy } from '../../truth.ts'

const TYPE_NAMES: ReadonlySet<string> = new Set(TYPE_NAMES_BY_NUMBER.values())
const NUMBER_NAMES = ['int', 'long', 'double', 'decimal'] as const

function nameOfCode(code: BsonNumber): string {
  const name = isWhole(code) ? TYPE_NAMES_BY_NUMBER.get(toNumber(code)) : undefined
  if (name !== undefined) return name
  const hint = toNumber(code) === 0 ? '. Instead use {$exists:false}.' : ''
  throw new CommandError('BadValue', `Invalid numerical type code: ${toText(code)}${hint}`)
}

function typesOf(alias: BsonValue): readonly string[] {
  if (isNumber(alias)) return [nameOfCode(alias)]
  if (typeof alias !== 'string') {
    throw new CommandError('TypeMismatch', 'type must be represented as a number or a string')
  }
  if (alias === 'number') return NUMBER_NAMES
  if (!TYPE_NAMES.has(alias)) throw new CommandError('BadValue', `Unknown type name alias: ${alias}`)
  return [alias]
}

/**
 * The type names that an operand of `$type` stands for: one name or code, or a list of them.
 * @param name what must match one of them, for messages
 * @throws CommandError BadValue for an unknown one, TypeMismatch for another type, FailedToParse for an empty list
 */
export function readTypes(operand: BsonValue, name: string): ReadonlySet<string> {
  const types = new Set((Array.isArray(operand) ? operand : [operand]).flatMap(typesOf))
  if (types.size === 0) throw new CommandError('FailedToParse', `${name} must match at least one type`)
  return types
}

const type: FieldOperator = (operand, { path }) => {
  const types = readTypes(operand, path)
  return anyValue((value) => value !== undefined && types.has(typeName(value)))
}

function exists(operand: BsonValue): FieldTest {
  const test = anyValue((value) => value !== undefined, 'whole')
  return isTruthy(operand) ? test : negated(test)
}

/** `$exists` and `$type`. */
export const ELEMENT_OPERATORS: Readonly<Record<string, FieldOperator>> = { $exists: exists, $type: type }
