import { typeName, type BsonArray, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../errors.ts'
import { idText } from '../id-text.ts'
import type { Leaf, Place, UpdateScope } from '../leaf.ts'

/** An operator that takes elements out of an array and leaves other fields alone, missing ones too. */
export function cullingLeaf(keep: (array: BsonArray) => BsonArray, refusal: (path: string) => CommandError): Leaf {
  return {
    kind: 'leaf',
    missing: 'viable',
    apply(value, _scope, place) {
      if (!Array.isArray(value)) throw refusal(place.path.join('.'))
      const kept = keep(value)
      return kept.length === value.length ? undefined : { kind: 'set', value: kept }
    },
  }
}

/**
 * The array that `$push` and `$addToSet` add to: a missing field is an empty one.
 * @throws CommandError BadValue for another type
 */
export function arrayToExtend(value: BsonValue | undefined, scope: UpdateScope, place: Place): BsonArray {
  if (value === undefined) return []
  if (Array.isArray(value)) return value
  throw new CommandError(
    'BadValue',
    `The field '${place.path.join('.')}' must be an array but is of type ${typeName(value)} in document ` +
      `{${idText(scope.root)}}`,
  )
}
