import { type BsonValue, typeName } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { readWhole } from '../../../bson/numbers/integers.ts'
import type { LeafOperator } from '../tree/leaf.ts'

function readEnd(operand: BsonValue, path: string): 1 | -1 {
  const end = readWhole(operand, path)
  if (end === 1n || end === -1n) return end === 1n ? 1 : -1
  throw new CommandError('FailedToParse', `$pop expects 1 or -1, found: ${end}`)
}

/** `$pop`: takes the last element off with 1, the first one with -1. */
export const POP_OPERATORS: Readonly<Record<string, LeafOperator>> = {
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
}
