import { compareTimestamps } from '../../bson/compare.ts'
import { CommandError } from '../../bson/command-error.ts'
import type { OplogEntry } from '../storage/oplog.ts'
import { entryToken } from './change-event.ts'
import type { ParsedToken } from './resume-token.ts'
import { fragmentOf } from './split-event.ts'

/** How an event stands to the position that a stream resumes from. */
export type Standing =
  | { readonly kind: 'before' }
  /** It is the event of the token; of a split one, so many fragments were delivered. */
  | { readonly kind: 'at'; readonly fragments: number | undefined }

/** How an oplog entry stands to a token in time: negative before, 0 of the same operation, positive after. */
export function compareToToken(entry: OplogEntry, token: ParsedToken): number {
  return compareTimestamps(entry.time, token.time) || entry.index - token.index
}

/**
 * How a shown event stands to the token that the stream resumes from. A stream may only show events after it has met
 * the token's own: otherwise the token is of another stream, or of another pipeline.
 * @throws CommandError ChangeStreamFatalError when the event comes after the token's, which was not met
 */
export function standingOf(entry: OplogEntry, token: ParsedToken): Standing {
  const own = entryToken(entry)
  if (token.text === own) return { kind: 'at', fragments: undefined }
  const fragment = fragmentOf(token.text, own)
  if (fragment !== undefined) return { kind: 'at', fragments: fragment + 1 }
  if (compareToToken(entry, token) < 0) return { kind: 'before' }
  throw new CommandError(
    'ChangeStreamFatalError',
    `cannot resume stream; the resume token was not found. {_data: "${token.text}"}`,
    { labels: ['NonResumableChangeStreamError'] },
  )
}
