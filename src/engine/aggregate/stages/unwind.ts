import { Long, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { namedArguments } from '../../expressions/arguments.ts'
import { typeNameOf } from '../../expressions/describe.ts'
import { parseFieldPath } from '../../expressions/field-path.ts'
import { removeAt, setAt, valueAtPath } from '../fields.ts'
import type { StageCompiler } from '../types.ts'

interface UnwindSpec {
  readonly path: readonly string[]
  readonly index: readonly string[] | undefined
  readonly keepEmpty: boolean
}

/** `$unwind`: one document for each element of an array. */
export const compileUnwind: StageCompiler = (spec) => {
  const { path, index, keepEmpty } = readSpec(spec)
  return function* (input) {
    for (const document of input) {
      const value = valueAtPath(document, path)
      const withIndex = (result: BsonDocument, position: number | null): BsonDocument =>
        index ? setAt(result, index, position === null ? null : Long.fromNumber(position)) : result
      if (!Array.isArray(value)) {
        if (value !== undefined && value !== null) yield withIndex(document, null)
        else if (keepEmpty) yield withIndex(document, null)
        continue
      }
      if (value.length === 0 && keepEmpty) yield withIndex(removeAt(document, path), null)
      for (const [position, item] of value.entries()) yield withIndex(setAt(document, path, item), position)
    }
  }
}

const SPEC = {
  notObject: 15981,
  unknown: 28811,
  fields: { path: 28812, preserveNullAndEmptyArrays: 'optional', includeArrayIndex: 'optional' },
} as const

function readSpec(spec: BsonValue): UnwindSpec {
  if (typeof spec === 'string') return { path: readPath(spec), index: undefined, keepEmpty: false }
  const {
    path,
    preserveNullAndEmptyArrays: keepEmpty = false,
    includeArrayIndex,
  } = namedArguments(spec, '$unwind', SPEC)
  if (typeof path !== 'string') {
    throw new CommandError(28808, `expected a string as the path for $unwind stage, got ${typeNameOf(path)}`)
  }
  if (typeof keepEmpty !== 'boolean') {
    const text = `expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage, got ${typeNameOf(keepEmpty)}`
    throw new CommandError(28809, text)
  }
  const index = includeArrayIndex === undefined ? undefined : readIndexField(includeArrayIndex)
  return { path: readPath(path), index, keepEmpty }
}

function readPath(path: string): readonly string[] {
  if (path === '') throw new CommandError(28812, 'no path specified to $unwind stage')
  if (!path.startsWith('$')) {
    throw new CommandError(28818, "path option to $unwind stage should be prefixed with a '$': " + path)
  }
  return parseFieldPath(path.slice(1))
}

function readIndexField(value: BsonValue): readonly string[] {
  if (typeof value !== 'string' || value === '') {
    const text = `expected a non-empty string for the includeArrayIndex  option to $unwind stage, got ${typeNameOf(value)}`
    throw new CommandError(28810, text)
  }
  if (value.startsWith('$')) {
    throw new CommandError(
      28822,
      `includeArrayIndex option to $unwind stage should not be prefixed with a '$': ${value}`,
    )
  }
  return parseFieldPath(value)
}
