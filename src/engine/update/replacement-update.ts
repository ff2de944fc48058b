import { CommandError } from '../../bson/command-error.ts'
import type { BsonDocument } from '../../bson/values.ts'
import { isIdentical } from './identical.ts'
import { checkReplacement, checkSameId, idOfEither, withIdFirst, withTimestamps } from './replacement.ts'
import type { Update, UpdateOptions } from './update.ts'
import { documentFromFilter } from './upsert.ts'

const ID_ONLY = new Set(['_id'])

/**
 * Compiles a replacement. It keeps the `_id`. Only one that is identical to the document, `_id` and order included, is
 * no change: what a server compares is the replacement as it came.
 * @throws CommandError FailedToParse with `multi`
 */
export function compileReplacement(replacement: BsonDocument, { multi, nextTimestamp }: UpdateOptions): Update {
  if (multi) throw new CommandError('FailedToParse', 'multi update is not supported for replacement-style update')
  const replace = (before: BsonDocument): BsonDocument => {
    checkSameId(before, replacement)
    return withIdFirst(withTimestamps(replacement, nextTimestamp), idOfEither(replacement, before))
  }
  return {
    kind: 'replacement',
    apply(before) {
      checkReplacement(replacement)
      if (isIdentical(before, replacement)) return { changed: false }
      return { changed: true, after: replace(before), description: undefined }
    },
    upsert: (filter) => replace(documentFromFilter(filter, ID_ONLY)),
  }
}
