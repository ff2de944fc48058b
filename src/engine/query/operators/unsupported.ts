import { CommandError } from '../../../bson/command-error.ts'
import type { FieldOperator, TopLevelOperator } from '../../../bson/query/language.ts'

const GEO_NAMES = [
  '$geoWithin',
  '$geoIntersects',
  '$near',
  '$nearSphere',
  '$within',
  '$geoNear',
  '$maxDistance',
  '$minDistance',
]

function refuse(message: string): never {
  throw new CommandError('BadValue', message)
}

/** Field operators that are known by name and refused. */
export const UNSUPPORTED_FIELD_OPERATORS: Readonly<Record<string, FieldOperator>> = Object.fromEntries(
  GEO_NAMES.map((name) => [name, (): never => refuse(`${name} is not supported by the embedded engine`)]),
)

/** Top-level operators that are known by name and refused: code is never run, and there are no text indexes. */
export const UNSUPPORTED_TOP_LEVEL_OPERATORS: Readonly<Record<string, TopLevelOperator>> = {
  $where: () => refuse('$where is not allowed in this context'),
  $text: () => {
    throw new CommandError(
      'IndexNotFound',
      'text index required for $text query: the embedded engine lists text indexes, and does not search in them',
    )
  },
}
