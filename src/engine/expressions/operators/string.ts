import { Int32 } from '../../../bson/values.ts'
import { countText } from '../../../bson/work.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { unary, variadic, type Maybe } from '../arguments.ts'
import { typeNameOf } from '../describe.ts'
import { assertStringLength } from '../limits.ts'
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

function length(code: number, measure: (text: string) => number): OperatorCompiler {
  return unary((text, name) => {
    if (typeof text === 'string') return new Int32(measure(text))
    throw new CommandError(code, `${name} requires a string argument, found: ${typeNameOf(text)}`)
  })
}

function codePoints(text: string): number {
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
  $strLenCP: length(34471, codePoints),
}
