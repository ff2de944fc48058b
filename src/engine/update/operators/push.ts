import {
  isDocument,
  isNumber,
  toNumber,
  typeName,
  type BsonArray,
  type BsonDocument,
  type BsonValue,
} from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { isWhole } from '../../../bson/numbers/integers.ts'
import { compileElementOrder } from '../../sorting/sort.ts'
import { type Change, type LeafOperator, type Place, type UpdateScope, idText } from '../tree/leaf.ts'

interface Push {
  readonly values: BsonArray
  /** where the first value goes; negative counts from the end; Infinity is the end */
  readonly position: number
  /** how many elements are kept: the first ones, or the last ones when negative */
  readonly slice: number
  readonly sort: ((array: BsonArray) => BsonArray) | undefined
}

const CLAUSES = new Set(['$each', '$position', '$slice', '$sort'])

function readPush(operand: BsonValue): Push {
  if (!isDocument(operand) || !operand.has('$each')) {
    return { values: [operand], position: Infinity, slice: Infinity, sort: undefined }
  }
  for (const clause of operand.keys()) {
    if (!CLAUSES.has(clause)) throw new CommandError('BadValue', `Unrecognized clause in $push: ${clause}`)
  }
  const values = operand.get('$each')
  if (!Array.isArray(values)) {
    const type = typeName(values ?? null)
    throw new CommandError('BadValue', `The argument to $each in $push must be an array but it was of type: ${type}`)
  }
  const sort = operand.get('$sort')
  return {
    values,
    position: readInteger(operand.get('$position'), '$position'),
    slice: readInteger(operand.get('$slice'), '$slice'),
    sort: sort === undefined ? undefined : readSort(sort),
  }
}

function readInteger(value: BsonValue | undefined, name: string): number {
  if (value === undefined) return Infinity
  if (isNumber(value) && isWhole(value)) return toNumber(value)
  const type = typeName(value)
  throw new CommandError(
    'BadValue',
    name === '$slice'
      ? `The value for $slice must be an integer value but was given type: ${type}`
      : `The value for $position must be an integer value, not of type: ${type}`,
  )
}

function readDirection(value: BsonValue): 1 | -1 {
  const direction = isNumber(value) ? toNumber(value) : 0
  if (direction === 1 || direction === -1) return direction
  throw new CommandError('BadValue', 'The $sort element value must be either 1 or -1')
}

function readSort(sort: BsonValue): (array: BsonArray) => BsonArray {
  if (isDocument(sort)) checkFields(sort)
  else if (isNumber(sort)) readDirection(sort)
  else {
    throw new CommandError(
      'BadValue',
      'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
    )
  }
  const order = compileElementOrder(sort)
  return (array) => array.toSorted(order)
}

function checkFields(sort: BsonDocument): void {
  if (sort.size === 0) {
    throw new CommandError('BadValue', 'The $sort pattern is empty when it should be a set of fields.')
  }
  for (const [name, direction] of sort) {
    readDirection(direction)
    if (name === '') throw new CommandError('BadValue', 'The $sort field cannot be empty')
    if (name.split('.').includes('')) {
      throw new CommandError('BadValue', `The $sort field is a dotted field but has an empty part: ${name}`)
    }
  }
}

function insertAt(array: BsonArray, { values, position }: Push): BsonArray {
  const at = position < 0 ? Math.max(0, array.length + position) : Math.min(position, array.length)
  return [...array.slice(0, at), ...values, ...array.slice(at)]
}

function cut(array: BsonArray, slice: number): BsonArray {
  if (array.length <= Math.abs(slice)) return array
  return slice >= 0 ? array.slice(0, slice) : array.slice(slice)
}

function push(array: BsonArray, operand: Push, isNew: boolean): Change | undefined {
  const inserted = insertAt(array, operand)
  const sorted = operand.sort ? operand.sort(inserted) : inserted
  const value = cut(sorted, operand.slice)
  if (isNew) return { kind: 'set', value }
  const isCut = value.length < sorted.length
  if (operand.values.length === 0 && !operand.sort && !isCut) return undefined
  // only what certainly went behind all others is logged by itself
  const appended = array.length > 0 && operand.position > array.length && !operand.sort && !isCut
  return appended && operand.values.length > 0
    ? { kind: 'append', value, added: operand.values.length }
    : { kind: 'set', value }
}

function arrayToExtend(value: BsonValue | undefined, scope: UpdateScope, place: Place): BsonArray {
  if (value === undefined) return []
  if (Array.isArray(value)) return value
  throw new CommandError(
    'BadValue',
    `The field '${place.path.join('.')}' must be an array but is of type ${typeName(value)} in document ` +
      `{${idText(scope.root)}}`,
  )
}

/** `$push` with `$each`, `$position`, `$slice` and `$sort`. */
export const PUSH_OPERATORS: Readonly<Record<string, LeafOperator>> = {
  $push(operand) {
    const compiled = readPush(operand)
    return {
      kind: 'leaf',
      missing: 'create',
      apply: (value, scope, place) => push(arrayToExtend(value, scope, place), compiled, value === undefined),
    }
  },
}
