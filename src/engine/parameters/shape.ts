import { isDocument, isNumber, Long, Timestamp, toNumber, typeName, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { isNullish } from '../../bson/truth.ts'

/** What a field's value must be. */
export type FieldType = keyof typeof CHECKS

/** The fields that a document may have, with their types. */
export type Shape = ReadonlyMap<string, FieldType>

const CHECKS = {
  any: () => true,
  string: (value: BsonValue) => typeof value === 'string',
  object: (value: BsonValue) => isDocument(value),
  array: (value: BsonValue) => Array.isArray(value),
  bool: (value: BsonValue) => typeof value === 'boolean',
  /** Of any numeric type, if its value is that of an int. */
  int: (value: BsonValue) => isNumber(value) && (toNumber(value) | 0) === toNumber(value),
  long: (value: BsonValue) => value instanceof Long && !(value instanceof Timestamp),
  timestamp: (value: BsonValue) => value instanceof Timestamp,
  number: (value: BsonValue) => isNumber(value),
  /** The server takes numbers for flags. */
  flag: (value: BsonValue) => typeof value === 'boolean' || isNumber(value),
}
const EXPECTED: Partial<Record<FieldType, string>> = {
  number: "expected types '[long, int, decimal, double]'",
  flag: "expected types '[bool, long, int, decimal, double]'",
}

/** Names of fields by type. */
export type FieldNames = Readonly<Partial<Record<FieldType, readonly string[]>>>

/** A shape from the names of fields: `shape({ string: ['name'], flag: ['unique', 'sparse'] })`. */
export function shape(names: FieldNames): Shape {
  // the keys are those of the parameter's type
  const byType = Object.entries(names) as [FieldType, readonly string[]][]
  return new Map(byType.flatMap(([type, list]) => list.map((name) => [name, type] as const)))
}

/**
 * Checks a document's fields.
 * @param owner what messages call the document, such as `find`
 * @throws CommandError 40415 for an unknown field, TypeMismatch
 */
export function checkShape(owner: string, fields: Iterable<readonly [string, BsonValue]>, known: Shape): void {
  for (const [name, value] of fields) {
    const type = known.get(name)
    if (type === undefined) throw unknownField(`${owner}.${name}`)
    checkType(`${owner}.${name}`, value, type)
  }
}

/**
 * Checks a field's value. Null and undefined count as absent, as the server has it.
 * @throws CommandError TypeMismatch
 */
export function checkType(field: string, value: BsonValue | undefined, type: FieldType): void {
  if (!isNullish(value)) requireType(field, value, type)
}

/** @throws CommandError TypeMismatch, also for null */
export function requireType(field: string, value: BsonValue | undefined, type: FieldType): void {
  if (value !== undefined && CHECKS[type](value)) return
  const got = value === undefined ? 'missing' : typeName(value)
  const expected = EXPECTED[type] ?? `expected type '${type}'`
  throw new CommandError('TypeMismatch', `BSON field '${field}' is the wrong type '${got}', ${expected}`)
}

/** The error of a field that is not known. */
export function unknownField(field: string): CommandError {
  return new CommandError(40415, `BSON field '${field}' is an unknown field.`)
}
