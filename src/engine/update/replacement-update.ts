import { CommandError } from '../../bson/command-error.ts'
import type { BsonDocument } from '../../bson/values.ts'
import { checkReplacement, checkSameId, withIdFirst, withTimestamps } from './replacement.ts'
import type { Update, UpdateOptions } from './update.ts'
import { documentFromFilter } from './upsert.ts'

const ID_ONLY = new Set(['_id'])

/**
 * Compiles a replacement. It keeps the `_id`, and counts as a change even when nothing differs.
 * @throws CommandError FailedToParse with `multi`, DollarPrefixedFieldName
 */
export function compileReplacement(replacement: BsonDocument, { multi, nextTimestamp }: UpdateOptions): Update {
  if (multi) throw new CommandError('FailedToParse', 'multi update is not supported for replacement-style update')
  checkReplacement(replacement)
  const replace = (before: BsonDocument): BsonDocument => {
    checkSameId(before, replacement)
    const id = replacement.get('_id') ?? before.get('_id')
    return withIdFirst(withTimestamps(replacement, nextTimestamp), id)
  }
  return {
    kind: 'replacement',
    apply: (before) => ({ changed: true, after: replace(before), description: undefined }),
    upsert: (filter) => replace(documentFromFilter(filter, ID_ONLY)),
  }
}
