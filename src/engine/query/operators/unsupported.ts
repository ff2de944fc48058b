import { CommandError } from '../../../bson/command-error.ts'
import type { FieldOperator, TopLevelOperator } from '../../../bson/query/language.ts'

const FIELD_NAMES = [
  ...['$geoWithin', '$geoIntersects', '$near', '$nearSphere', '$within', '$geoNear', '$maxDistance', '$minDistance'],
  ...['$bitsAllClear', '$bitsAnySet', '$bitsAnyClear'],
]
const TOP_LEVEL_NAMES = ['$alwaysFalse', '$sampleRate']

/** Refuses each of these names. */
function refused(names: readonly string[]): Readonly<Record<string, () => never>> {
  return Object.fromEntries(
    names.map((name) => [
      name,
      () => {
        throw new CommandError('BadValue', `${name} is not supported by the embedded engine`)
      },
    ]),
  )
}

/** Field operators that are known by name and refused. */
export const UNSUPPORTED_FIELD_OPERATORS: Readonly<Record<string, FieldOperator>> = refused(FIELD_NAMES)

/** Top-level operators that are known by name and refused: code is never run, and there are no text indexes. */
export const UNSUPPORTED_TOP_LEVEL_OPERATORS: Readonly<Record<string, TopLevelOperator>> = {
  ...refused(TOP_LEVEL_NAMES),
  $where: () => {
    throw new CommandError('BadValue', '$where is not allowed in this context')
  },
  $text: () => {
    throw new CommandError(
      'IndexNotFound',
      'text index required for $text query: the embedded engine lists text indexes, and does not search in them',
    )
  },
}
