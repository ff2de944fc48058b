import { isEqual } from '../../../bson/compare.ts'
import { toKey } from '../../../bson/key.ts'
import {
  BSONRegExp,
  doc,
  isDocument,
  typeName,
  type BsonArray,
  type BsonDocument,
  type BsonValue,
} from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { readWhole } from '../../../bson/numbers/integers.ts'
import { compileFilter, isFieldOperator } from '../../query/filter.ts'
import type { Leaf, LeafOperator, Place } from '../tree/leaf.ts'

/** An operator that takes elements out of an array and leaves other fields alone, missing ones too. */
function cullingLeaf(name: string, keep: (array: BsonArray) => BsonArray): Leaf {
  return {
    kind: 'leaf',
    missing: 'viable',
    apply(value) {
      if (!Array.isArray(value)) throw new CommandError('BadValue', `Cannot apply ${name} to a non-array value`)
      const kept = keep(value)
      return kept.length === value.length ? undefined : { kind: 'set', value: kept }
    },
  }
}

function readValues(operand: BsonValue): BsonArray {
  if (!isDocument(operand) || operand.keys().next().value !== '$each') return [operand]
  const values = operand.get('$each')
  if (!Array.isArray(values)) {
    const type = typeName(values ?? null)
    throw new CommandError(
      'TypeMismatch',
      `The argument to $each in $addToSet must be an array but it was of type ${type}`,
    )
  }
  for (const name of operand.keys()) {
    if (name !== '$each') {
      throw new CommandError('BadValue', `Found unexpected fields after $each in $addToSet: ${name}`)
    }
  }
  return values
}

/** The values that are not among `present`, each once. */
function missingFrom(present: BsonArray, values: BsonArray): BsonArray {
  const keys = new Set(present.map(toKey))
  return values.filter((value) => {
    const key = toKey(value)
    return !keys.has(key) && keys.add(key)
  })
}

function addedToNoArray(value: BsonValue, place: Place): CommandError {
  const field = place.path.at(-1) ?? ''
  return new CommandError(
    'BadValue',
    `Cannot apply $addToSet to non-array field. Field named '${field}' has non-array type ${typeName(value)}`,
  )
}

function readEnd(operand: BsonValue, path: string): 1 | -1 {
  const end = readWhole(operand, path)
  if (end === 1n || end === -1n) return end === 1n ? 1 : -1
  throw new CommandError('FailedToParse', `$pop expects 1 or -1, found: ${end}`)
}

/**
 * What `$pull` takes out: operators and regular expressions match each element as they match a field, other documents
 * are filters of those elements that are documents, and other values are equal to what they take out.
 */
function pullTest(operand: BsonValue): (element: BsonValue) => boolean {
  if (operand instanceof BSONRegExp || (isDocument(operand) && startsWithOperator(operand))) {
    const filter = compileFilter(doc({ element: operand }), { allowExpr: false })
    return (element) => filter.matches(doc({ element }))
  }
  if (!isDocument(operand)) return (element) => isEqual(element, operand)
  const filter = compileFilter(operand, { allowExpr: false })
  return (element) => isDocument(element) && filter.matches(element)
}

function startsWithOperator(operand: BsonDocument): boolean {
  const [name] = operand.keys()
  return name !== undefined && isFieldOperator(name)
}

/** Operators that put values into arrays or take them out, but `$push`. */
export const ARRAY_OPERATORS: Readonly<Record<string, LeafOperator>> = {
  /** Equality is BSON's, so `1` and `1.0` are one value, and field order counts. */
  $addToSet(operand) {
    const values = readValues(operand)
    return {
      kind: 'leaf',
      missing: 'create',
      apply(value, _scope, place) {
        const array = value === undefined ? [] : value
        if (!Array.isArray(array)) throw addedToNoArray(array, place)
        const added = missingFrom(array, values)
        if (added.length === 0 && value !== undefined) return undefined
        return { kind: 'set', value: [...array, ...added] }
      },
    }
  },
  /** Takes the last element off with 1, the first one with -1. */
  $pop(operand, path) {
    const end = readEnd(operand, path)
    return {
      kind: 'leaf',
      missing: 'viable',
      apply(value, _scope, place) {
        if (!Array.isArray(value)) {
          const type = typeName(value ?? null)
          const field = place.path.join('.')
          throw new CommandError('TypeMismatch', `Path '${field}' contains an element of non-array type '${type}'`)
        }
        if (value.length === 0) return undefined
        return { kind: 'set', value: end === 1 ? value.slice(0, -1) : value.slice(1) }
      },
    }
  },
  $pull(operand) {
    const test = pullTest(operand)
    return cullingLeaf('$pull', (array) => array.filter((element) => !test(element)))
  },
  $pullAll(operand) {
    if (!Array.isArray(operand)) {
      throw new CommandError('BadValue', `$pullAll requires an array argument but was given a ${typeName(operand)}`)
    }
    const keys = new Set(operand.map(toKey))
    return cullingLeaf('$pullAll', (array) => array.filter((element) => !keys.has(toKey(element))))
  },
}
