import { compareStrings } from '../../../bson/compare.ts'
import { Int32 } from '../../../bson/values.ts'
import { countText, countWork } from '../../../bson/work.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { binary, unary, variadic, type Maybe } from '../arguments.ts'
import { typeNameOf } from '../describe.ts'
import { assertArrayLength, assertStringLength } from '../limits.ts'
import { coerceToText } from '../text.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'

function concatenate(values: readonly Maybe[]): Maybe {
  const parts: string[] = []
  for (const value of values) {
    if (isNullish(value)) return null
    if (typeof value !== 'string') {
      throw new CommandError(16702, `$concat only supports strings, not ${typeNameOf(value)}`)
    }
    parts.push(value)
  }
  assertStringLength(
    parts.reduce((sum, part) => sum + part.length, 0),
    '$concat',
  )
  return parts.join('')
}

// only ASCII letters have a case here
function upper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

function split(text: Maybe, separator: Maybe): Maybe {
  if (isNullish(text) || isNullish(separator)) return null
  const requires = '$split requires an expression that evaluates to a string as a'
  if (typeof text !== 'string') {
    throw new CommandError(40085, `${requires} first argument, found: ${typeNameOf(text)}`)
  }
  if (typeof separator !== 'string') {
    throw new CommandError(40086, `${requires} second argument, found: ${typeNameOf(separator)}`)
  }
  if (separator === '') throw new CommandError(40087, '$split requires a non-empty separator')
  return splitText(text, separator, '$split')
}

/**
 * The parts of a text between those that are equal to a separator, which is not empty.
 * @throws CommandError ExceededMemoryLimit for too many
 */
export function splitText(text: string, separator: string, operator: string): string[] {
  countText(text)
  const parts: string[] = []
  let from = 0
  for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
    countWork()
    parts.push(text.slice(from, at))
    from = at + separator.length
    assertArrayLength(parts.length, operator)
  }
  parts.push(text.slice(from))
  return parts
}

function length(code: number, measure: (text: string) => number): OperatorCompiler {
  return unary((text, name) => {
    if (typeof text === 'string') return new Int32(measure(text))
    throw new CommandError(code, `${name} requires a string argument, found: ${typeNameOf(text)}`)
  })
}

/** How many code points a string has. */
export function codePoints(text: string): number {
  countText(text)
  let count = 0
  for (const _ of text) count++
  return count
}

/** Strings as a whole. */
export const STRING_OPERATORS: OperatorTable = {
  $concat: variadic(concatenate),
  $toUpper: unary((value) => upper(coerceToText(value))),
  $toLower: unary((value) => lower(coerceToText(value))),
  $strcasecmp: binary((a, b) => new Int32(Math.sign(compareStrings(upper(coerceToText(a)), upper(coerceToText(b)))))),
  $split: binary(split),
  $strLenBytes: length(34473, (text) => Buffer.byteLength(text)),
  $strLenCP: length(34471, codePoints),
}
