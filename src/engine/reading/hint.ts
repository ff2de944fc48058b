import { isEqual } from '../../bson/compare.ts'
import { isDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { ID_KEY } from '../indexes/read-index.ts'
import type { Collection } from '../storage/collection.ts'

/**
 * Checks that a hint names an index that is there, by name or key, or `$natural`. Which index is used is left to the
 * planner: the documents found are the same.
 * @throws CommandError BadValue for no such index, FailedToParse for a hint of another type
 */
export function checkHint(hint: BsonValue | undefined, collection: Collection | undefined): void {
  if (hint === undefined || hint === null || !collection) return
  if (typeof hint !== 'string' && !isDocument(hint)) {
    throw new CommandError('FailedToParse', 'Hint must be either a string or a nested object')
  }
  if (isDocument(hint) && (hint.size === 0 || hint.has('$natural'))) return
  const exists =
    typeof hint === 'string'
      ? hint === '_id_' || collection.indexes.some(({ spec }) => spec.name === hint)
      : isEqual(hint, ID_KEY) || collection.indexes.some(({ spec }) => isEqual(spec.key, hint))
  if (!exists) throw new CommandError('BadValue', 'hint provided does not correspond to an existing index')
}
