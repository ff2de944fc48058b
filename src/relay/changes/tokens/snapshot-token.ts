import type { Timestamp } from 'bson'
import { decodeDocument } from '../../../bson/codec/decode.ts'
import { encodeDocument } from '../../../bson/codec/encode.ts'
import { type BsonDocument, type BsonValue, Timestamp as BsonTimestamp } from '../../../bson/values.ts'
import { RelayError } from '../../../errors.ts'
import { toShortToken } from './short-token.ts'
import { timeKey } from './token-order.ts'

/** A place in a snapshot of a collection: the documents in the order of their `_id`. */
export interface SnapshotPosition {
  /** The namespace, as `db.coll`: the place is none in another one. */
  readonly ns: string
  /** The cluster time that the snapshot began at: all documents are read as of then, or later. */
  readonly from: Timestamp
  /** How many documents came before. */
  readonly count: number
  /** The `_id` of the last of them; `undefined` where none has been. */
  readonly after?: BsonValue | undefined
  /** Whether the subscription had begun before, so that what it has been given is to be forgotten first. */
  readonly isAnew?: boolean
}

/**
 * After the time a byte that no token of a server has there. So a place in a snapshot sorts after the events that the
 * snapshot's beginning has in it, before those that follow the snapshot, and by the count among its like.
 */
const SNAPSHOT = /^82[0-9A-F]{16}FF[0-9A-F]{12}[0-9A-F]+$/

/** Where the time, the count and the rest begin, in digits. */
const TIME_AT = 2
const COUNT_AT = 20
const REST_AT = 32

/** Whether a token is a place in a snapshot. **Cost**: its length. */
export function isSnapshotToken(token: string): boolean {
  // most tokens are none: told by one pair of digits
  return token.startsWith('FF', COUNT_AT - 2) && SNAPSHOT.test(token)
}

/** The resume token that continues a snapshot. As long as twice the `_id`, and some 100 characters. */
export function toSnapshotToken({ ns, from, count, after, isAnew }: SnapshotPosition): string {
  const rest: BsonDocument = new Map<string, BsonValue>([
    ['ns', ns],
    ...(after === undefined ? [] : ([['_id', after]] as const)),
    ...(isAnew === true ? ([['anew', true]] as const) : []),
  ])
  const digits = count
    .toString(16)
    .toUpperCase()
    .padStart(REST_AT - COUNT_AT, '0')
  return `${timeKey(from)}FF${digits}${encodeDocument(rest).toString('hex').toUpperCase()}`
}

/**
 * Reads what {@link toSnapshotToken} wrote.
 *
 * @throws RelayError `RESUME_TOKEN_INVALID` for anything else
 */
export function readSnapshotToken(token: string): SnapshotPosition {
  try {
    if (!isSnapshotToken(token)) throw new TypeError('It names no snapshot')
    const rest = decodeDocument(Buffer.from(token.slice(REST_AT), 'hex'))
    const ns = rest.get('ns')
    if (typeof ns !== 'string') throw new TypeError('It names no namespace')
    const [t, i] = [0, 8].map((at) => Number.parseInt(token.slice(TIME_AT + at, TIME_AT + at + 8), 16))
    return {
      ns,
      from: new BsonTimestamp({ t: t ?? 0, i: i ?? 0 }),
      count: Number.parseInt(token.slice(COUNT_AT, REST_AT), 16),
      after: rest.get('_id'),
      isAnew: rest.get('anew') === true,
    }
  } catch (cause) {
    const message = 'Not a resume token of this relay: it looks like a place in a snapshot, and is none'
    throw new RelayError('RESUME_TOKEN_INVALID', message, { cause })
  }
}

/**
 * A token as it is given: {@link toShortToken} where it is too long; a place in a snapshot becomes the snapshot's
 * beginning.
 */
export function toGivenToken(token: string, maxLength: number): string {
  if (token.length <= maxLength || !isSnapshotToken(token)) return toShortToken(token, maxLength)
  const { ns, from } = readSnapshotToken(token)
  return toSnapshotToken({ ns, from, count: 0 })
}
