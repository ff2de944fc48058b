import type { EncodableDocument } from '../../bson/codec/encode.ts'
import type { BsonDocument } from '../../bson/values.ts'
import type { Transaction } from './transaction.ts'

/** How a session's transaction stands. */
export interface SessionTransaction {
  readonly number: bigint
  /** When it started, in milliseconds of the engine's clock. */
  readonly startedAt: number
  state: 'open' | 'committed' | 'aborted'
  /** Present while open. */
  transaction: Transaction | undefined
}

/** A client's logical session: what makes its writes retryable and holds its transaction. */
export interface Session {
  /** `{ id: <uuid> }` as the client sent it. */
  readonly lsid: BsonDocument
  /** The id's equality key. */
  readonly key: string
  /** When it was used last, in milliseconds of the engine's clock. */
  lastUsed: number
  /** The highest transaction number seen. */
  txnNumber: bigint
  /** Results of the statements of the retryable write with {@link txnNumber}, by statement id. */
  readonly results: Map<number, unknown>
  /** The whole reply of a retryable `findAndModify`. */
  reply: EncodableDocument | undefined
  transaction: SessionTransaction | undefined
}
