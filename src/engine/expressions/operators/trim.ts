import { isDocument } from '../../../bson/values.ts'
import { countText } from '../../../bson/work.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { compileNamed } from '../arguments.ts'
import { describe, typeNameOf } from '../describe.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'

/** What is trimmed when no characters are given: the server's list of blanks, the null character among them. */
const BLANKS = new Set('\0\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a')

function trimming(left: boolean, right: boolean): OperatorCompiler {
  return (argument, context, name) => {
    const { input, chars } = compileNamed(argument, context, {
      notObject: [50696, `${name} only supports an object as an argument, found ${typeNameOf(argument)}`],
      unknown: [50694, `${name} found an unknown argument: `],
      fields: { input: [50695, `${name} requires an 'input' field`], chars: 'optional' },
    })
    const givenChars = isDocument(argument) && argument.has('chars')
    return (scope) => {
      const text = input(scope)
      if (isNullish(text)) return null
      if (typeof text !== 'string') throw notString(50699, name, 'input', text)
      if (!givenChars) return trim(text, BLANKS, left, right)
      const cut = chars(scope)
      if (isNullish(cut)) return null
      if (typeof cut !== 'string') throw notString(50700, name, "'chars'", cut)
      countText(cut)
      return trim(text, new Set(cut), left, right)
    }
  }
}

function notString(code: number, name: string, what: string, value: Parameters<typeof describe>[0]): CommandError {
  const subject = what === 'input' ? 'its input' : what
  const text = `${name} requires ${subject} to be a string, got ${describe(value)} (of type ${typeNameOf(value)}) instead.`
  return new CommandError(code, text)
}

function trim(text: string, cut: ReadonlySet<string>, left: boolean, right: boolean): string {
  countText(text)
  let from = 0
  let to = text.length
  while (left && from < to) {
    const point = String.fromCodePoint(text.codePointAt(from) ?? 0)
    if (!cut.has(point)) break
    from += point.length
  }
  while (right && to > from) {
    const isPair = isLow(text.charCodeAt(to - 1)) && to - 2 >= from && isHigh(text.charCodeAt(to - 2))
    const point = text.slice(isPair ? to - 2 : to - 1, to)
    if (!cut.has(point)) break
    to -= point.length
  }
  return text.slice(from, to)
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000
}

/** Cutting characters off the ends of strings. */
export const TRIM_OPERATORS: OperatorTable = {
  $trim: trimming(true, true),
  $ltrim: trimming(true, false),
  $rtrim: trimming(false, true),
}
