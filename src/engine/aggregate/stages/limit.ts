import { Int32, isNumber, type BsonNumber, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { describe } from '../../expressions/describe.ts'
import { wholeNumber } from '../../expressions/numeric/integers.ts'
import type { StageCompiler } from '../types.ts'

/** A stage's whole number; a refusal with `code` for anything else. */
function readCount(value: BsonValue, stage: string, code: number): number {
  if (!isNumber(value)) {
    throw new CommandError(
      code,
      `invalid argument to ${stage} stage: Expected a number in: ${stage}: ${describe(value)}`,
    )
  }
  const count = wholeNumber(clampedLong(value))
  if (count === undefined) {
    throw new CommandError(
      code,
      `invalid argument to ${stage} stage: Expected an integer: ${stage}: ${describe(value)}`,
    )
  }
  if (count < 0) {
    const text = `invalid argument to ${stage} stage: Expected a non-negative number in: ${stage}: ${describe(value)}`
    throw new CommandError(code, text)
  }
  return count
}

// drivers pass the greatest long for "no limit"
function clampedLong(value: BsonNumber): BsonNumber {
  return wholeNumber(value) === undefined && /^\d{16,19}$/.test(value.toString()) ? new Int32(0x7fff_ffff) : value
}

/** `$limit`: the first documents; reads no further. */
export const compileLimit: StageCompiler = (spec) => {
  const count = readCount(spec, '$limit', 5107201)
  if (count === 0) throw new CommandError(15958, 'the limit must be positive')
  return function* (input) {
    let left = count
    for (const document of input) {
      yield document
      if (--left === 0) return
    }
  }
}

/** `$skip`: all but the first documents. */
export const compileSkip: StageCompiler = (spec) => {
  const count = readCount(spec, '$skip', 5107200)
  return function* (input) {
    let left = count
    for (const document of input) if (left-- <= 0) yield document
  }
}

/** `$count`: one document with the number of documents; none when there are none. */
export const compileCount: StageCompiler = (spec) => {
  if (typeof spec !== 'string') throw new CommandError(40156, 'the count field must be a non-empty string')
  if (spec === '') throw new CommandError(40157, 'the count field must be a non-empty string')
  if (spec.startsWith('$')) throw new CommandError(40158, 'the count field cannot be a $-prefixed path')
  if (spec.includes('\0')) throw new CommandError(40159, 'the count field cannot contain a null byte')
  if (spec.includes('.')) throw new CommandError(40160, "the count field cannot contain '.'")
  return function* (input) {
    let count = 0
    for (const _ of input) count++
    if (count > 0) yield new Map([[spec, new Int32(count)]])
  }
}
