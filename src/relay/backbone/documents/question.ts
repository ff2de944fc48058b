import { Timestamp } from 'bson'
import { decodeDocument } from '../../../bson/codec/decode.ts'
import { encodeDocument } from '../../../bson/codec/encode.ts'
import { badUserInput, RelayError } from '../../../errors.ts'
import type { DocumentsOptions } from '../../changes/change-source.ts'
import { toScope } from '../../changes/scope.ts'

/** Which documents an ingester is asked for, as JSON has it. All that is to be known is in it: any ingester answers. */
export interface DocumentsQuestion {
  readonly db: string
  readonly coll: string
  /** A document of the `_id` alone, as BSON in Base64; absent: from the first document on. */
  readonly after?: string | undefined
  readonly asOf: { readonly t: number; readonly i: number }
  /** How many at most. */
  readonly limit: number
}

/** How many documents may be asked for at once. */
export const MAX_DOCUMENTS = 1_000

/** Asks for the first so many of the documents. */
export function toQuestion({ db, coll, after, asOf }: DocumentsOptions, limit: number): DocumentsQuestion {
  const { t, i } = asOf
  const id = after === undefined ? undefined : encodeDocument(new Map([['_id', after]])).toString('base64')
  return { db, coll, after: id, asOf: { t, i }, limit }
}

/**
 * Reads what {@link toQuestion} wrote.
 *
 * @throws RelayError `BAD_USER_INPUT` for anything else, `FORBIDDEN` for a collection that is internal to MongoDB
 */
export function fromQuestion(given: DocumentsQuestion): DocumentsOptions & { readonly limit: number } {
  const { db, coll } = toScope(given.db, given.coll)
  if (db === undefined || coll === undefined) throw badUserInput('Documents are those of a collection')
  try {
    const after = given.after === undefined ? undefined : decodeDocument(Buffer.from(given.after, 'base64')).get('_id')
    const { t, i } = given.asOf
    const limit = Math.min(MAX_DOCUMENTS, Math.max(1, Math.trunc(given.limit) || 1))
    return { db, coll, after, asOf: new Timestamp({ t, i }), limit }
  } catch (cause) {
    throw new RelayError('BAD_USER_INPUT', 'The place to read documents from is not valid', { cause })
  }
}
