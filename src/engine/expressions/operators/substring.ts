import { Int32, isNumber, toNumber } from '../../../bson/values.ts'
import { countText } from '../../../bson/work.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { ranged, ternary, type Maybe } from '../arguments.ts'
import { describe, typeNameOf } from '../describe.ts'
import { wholeInt } from '../numeric/integers.ts'
import { coerceToText } from '../text.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorTable } from '../types.ts'
import { readIndex } from './array-access.ts'
import { codePoints } from './string.ts'

function substringOfBytes(value: Maybe, start: Maybe, count: Maybe, name: string): Maybe {
  const bytes = Buffer.from(coerceToText(value))
  if (!isNumber(start)) {
    const text = `${name}:  starting index must be a numeric type (is BSON type ${typeNameOf(start)})`
    throw new CommandError(16034, text)
  }
  if (!isNumber(count)) {
    throw new CommandError(16035, `${name}:  length must be a numeric type (is BSON type ${typeNameOf(count)})`)
  }
  const from = Math.trunc(toNumber(start))
  if (from < 0) throw new CommandError(50752, `${name}:  starting index must be non-negative (got: ${from})`)
  const length = Math.trunc(toNumber(count))
  // a negative length means the rest
  const to = length < 0 ? bytes.length : Math.min(from + length, bytes.length)
  if (isInsideCharacter(bytes, from)) {
    const text = `${name}:  Invalid range, starting index is in the middle of a UTF-8 character.`
    throw new CommandError(28656, text)
  }
  if (isInsideCharacter(bytes, to)) {
    throw new CommandError(28657, `${name}:  Invalid range, ending index is in the middle of a UTF-8 character.`)
  }
  return from >= bytes.length ? '' : bytes.toString('utf8', from, to)
}

function isInsideCharacter(bytes: Buffer, at: number): boolean {
  return ((bytes[at] ?? 0) & 0xc0) === 0x80
}

function substringOfCodePoints(value: Maybe, start: Maybe, count: Maybe): Maybe {
  const text = coerceToText(value)
  const from = readPosition(start, 'starting index', 34450, 34451)
  const length = readPosition(count, 'length', 34452, 34453)
  if (length < 0) throw new CommandError(34454, '$substrCP: length must be a nonnegative integer.')
  if (from < 0) throw new CommandError(34455, '$substrCP: the starting index must be nonnegative integer.')
  const first = unitOf(text, from)
  const rest = text.slice(first)
  return rest.slice(0, unitOf(rest, length))
}

function readPosition(value: Maybe, what: string, notNumber: number, notInt: number): number {
  if (!isNumber(value)) {
    const text = `$substrCP: ${what} must be a numeric type (is BSON type ${typeNameOf(value)})`
    throw new CommandError(notNumber, text)
  }
  const int = wholeInt(value)
  if (int !== undefined) return int
  const text = `$substrCP: ${what} cannot be represented as a 32-bit integral value: ${describe(value)}`
  throw new CommandError(notInt, text)
}

type Search = (text: string, sought: string, start: number, end: number | undefined) => number

function searching(search: Search, notString: number, soughtNotString: number): OperatorTable[string] {
  return ranged(2, 4, ([text, sought, start, end], name) => {
    if (isNullish(text)) return null
    const found = (value: Maybe): string => `argument, found: ${typeNameOf(value)}`
    if (typeof text !== 'string') {
      throw new CommandError(notString, `${name} requires a string as the first ${found(text)}`)
    }
    if (typeof sought !== 'string') {
      throw new CommandError(soughtNotString, `${name} requires a string as the second ${found(sought)}`)
    }
    const from = readIndex(start, name, 'starting') ?? 0
    return new Int32(search(text, sought, from, readIndex(end, name, 'ending')))
  })
}

/** Where in a text the code point of an index begins. */
function unitOf(text: string, index: number): number {
  countText(text)
  let unit = 0
  for (let left = index; left > 0 && unit < text.length; left--) unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1
  return unit
}

const searchBytes: Search = (text, sought, start, end) => {
  countText(text)
  const bytes = Buffer.from(text)
  const limit = Math.min(end ?? bytes.length, bytes.length)
  if (start > bytes.length || limit < start) return -1
  const at = bytes.subarray(0, limit).indexOf(sought, start)
  return at
}

const searchCodePoints: Search = (text, sought, start, end) => {
  const count = codePoints(text)
  const limit = Math.min(end ?? count, count)
  if (start > count || limit < start) return -1
  const part = text.slice(unitOf(text, start), unitOf(text, limit))
  const at = part.indexOf(sought)
  return at < 0 ? -1 : start + codePoints(part.slice(0, at))
}

/** Parts of strings, by UTF-8 bytes or by code points. */
export const SUBSTRING_OPERATORS: OperatorTable = {
  $substr: ternary(substringOfBytes),
  $substrBytes: ternary(substringOfBytes),
  $substrCP: ternary(substringOfCodePoints),
  $indexOfBytes: searching(searchBytes, 40091, 40092),
  $indexOfCP: searching(searchCodePoints, 40093, 40094),
}
