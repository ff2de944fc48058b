import type { BsonArray } from '../../../bson/values.ts'
import type { CommandError } from '../../../bson/command-error.ts'
import type { Leaf } from '../tree/leaf.ts'

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
