import { type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { readNonNegative } from '../../../bson/numbers/integers.ts'

/** Whether a value satisfies a schema or one keyword of it. */
export type ValueTest = (value: BsonValue) => boolean

/** Where a keyword stands. */
export interface KeywordContext {
  /** the keyword's own name, for messages */
  readonly name: string
  /** the schema that holds it: some keywords refer to their neighbours */
  readonly schema: BsonDocument
  /**
   * Compiles a nested schema.
   * @throws CommandError TypeMismatch when it is not an object
   */
  readonly compile: (schema: BsonValue, name: string) => ValueTest
}

/**
 * Compiles a keyword's operand. Undefined where it restricts nothing by itself.
 * @throws CommandError
 */
export type Keyword = (operand: BsonValue, context: KeywordContext) => ValueTest | undefined

/** An error that names the keyword. */
export function keywordError(
  code: 'TypeMismatch' | 'FailedToParse' | 'BadValue',
  name: string,
  why: string,
): CommandError {
  return new CommandError(code, `$jsonSchema keyword '${name}' ${why}`)
}

/**
 * Reads a list that must not be empty.
 * @throws CommandError TypeMismatch, or `ifEmpty`
 */
export function readList(operand: BsonValue, name: string, ifEmpty: 'FailedToParse' | 'BadValue'): BsonValue[] {
  if (!Array.isArray(operand)) throw keywordError('TypeMismatch', name, 'must be an array')
  if (operand.length === 0) throw keywordError(ifEmpty, name, 'cannot be an empty array')
  return operand
}

/**
 * Reads a list of different strings that must not be empty.
 * @throws CommandError TypeMismatch, FailedToParse
 */
export function readNames(operand: BsonValue, name: string): string[] {
  const names = readList(operand, name, 'FailedToParse').map((item) => {
    if (typeof item === 'string') return item
    throw keywordError('TypeMismatch', name, 'must be an array of strings')
  })
  if (new Set(names).size === names.length) return names
  throw keywordError('FailedToParse', name, 'array cannot contain duplicate values')
}

/** A keyword about values of one type, which lets others pass. */
export function about<T extends BsonValue>(
  is: (value: BsonValue) => value is T,
  compile: (operand: BsonValue, context: KeywordContext) => ((value: T) => boolean) | undefined,
): Keyword {
  return (operand, context) => {
    const test = compile(operand, context)
    return test && ((value) => !is(value) || test(value))
  }
}

/** A keyword that limits a length or count: from above (`1`) or from below (`-1`). */
export function limit<T extends BsonValue>(
  is: (value: BsonValue) => value is T,
  measure: (value: T) => number,
  sign: 1 | -1,
): Keyword {
  return about(is, (operand, { name }) => {
    const most = Number(readNonNegative(operand, name))
    return (value) => (measure(value) - most) * sign <= 0
  })
}
