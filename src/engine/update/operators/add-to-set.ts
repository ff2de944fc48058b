import { toKey } from '../../../bson/key.ts'
import { isDocument, typeName, type BsonArray, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import type { LeafOperator, Place } from '../tree/leaf.ts'

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

function notAnArray(value: BsonValue, place: Place): CommandError {
  const field = place.path.at(-1) ?? ''
  return new CommandError(
    'BadValue',
    `Cannot apply $addToSet to non-array field. Field named '${field}' has non-array type ${typeName(value)}`,
  )
}

/** `$addToSet`: equality is BSON's, so `1` and `1.0` are one value, and field order counts. */
export const ADD_TO_SET_OPERATORS: Readonly<Record<string, LeafOperator>> = {
  $addToSet(operand) {
    const values = readValues(operand)
    return {
      kind: 'leaf',
      missing: 'create',
      apply(value, _scope, place) {
        const array = value === undefined ? [] : value
        if (!Array.isArray(array)) throw notAnArray(array, place)
        const added = missingFrom(array, values)
        if (added.length === 0 && value !== undefined) return undefined
        return { kind: 'set', value: [...array, ...added] }
      },
    }
  },
}
