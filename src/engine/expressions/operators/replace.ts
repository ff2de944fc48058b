import { countText } from '../../../bson/work.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { compileNamed } from '../arguments.ts'
import { describe, typeNameOf } from '../describe.ts'
import { assertArrayLength, assertStringLength } from '../limits.ts'
import { splitText } from './string.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'

function replacing(replace: (text: string, find: string, replacement: string) => string): OperatorCompiler {
  return (argument, context, name) => {
    const requires = (field: string): string => `${name} requires '${field}' to be specified`
    const parts = compileNamed(argument, context, {
      notObject: [51751, `${name} requires an object as an argument, found: ${typeNameOf(argument)}`],
      unknown: [51750, `${name} found an unknown argument: `],
      fields: {
        input: [51749, requires('input')],
        find: [51748, requires('find')],
        replacement: [51747, requires('replacement')],
      },
    })
    const codes = { input: 51746, find: 51745, replacement: 51744 } as const
    return (scope) => {
      const values = { input: parts.input(scope), find: parts.find(scope), replacement: parts.replacement(scope) }
      for (const field of ['input', 'find', 'replacement'] as const) {
        const value = values[field]
        if (typeof value === 'string' || isNullish(value)) continue
        const text = `${name} requires that '${field}' be a string, found: ${describe(value)}`
        throw new CommandError(codes[field], text)
      }
      const { input, find, replacement } = values
      if (typeof input !== 'string' || typeof find !== 'string' || typeof replacement !== 'string') return null
      return replace(input, find, replacement)
    }
  }
}

// a function as replacement keeps `$&` and its like out of play
function replaceOne(text: string, find: string, replacement: string): string {
  return text.replace(find, () => replacement)
}

function replaceAll(text: string, find: string, replacement: string): string {
  countText(text)
  const parts = find === '' ? codePointsOf(text) : splitText(text, find, '$replaceAll')
  assertStringLength(text.length + (parts.length - 1) * replacement.length, '$replaceAll')
  return parts.join(replacement)
}

// between all of them, in front and behind
function codePointsOf(text: string): string[] {
  assertArrayLength(text.length, '$replaceAll')
  return ['', ...text, '']
}

/** Replacing parts of strings. */
export const REPLACE_OPERATORS: OperatorTable = {
  $replaceOne: replacing(replaceOne),
  $replaceAll: replacing(replaceAll),
}
