import { toKey } from '../../bson/key.ts'
import { Binary, isDocument, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import type { EncodableDocument } from '../../bson/codec/encode.ts'
import type { Transaction } from './transaction.ts'

/** The sessions of a server. Those that are not used for a time are forgotten, and their transactions aborted. */
export class Sessions {
  readonly #sessions = new Map<string, Session>()
  readonly #now: () => number
  readonly #idleMs: number
  readonly #transactionMs: number

  /**
   * @param idleMs how long an unused session is kept; a real server keeps it for 30 minutes
   * @param transactionMs how long a transaction may stay open; a real server allows 60 seconds
   */
  constructor(now: () => number, idleMs: number, transactionMs: number) {
    this.#now = now
    this.#idleMs = idleMs
    this.#transactionMs = transactionMs
  }

  get size(): number {
    return this.#sessions.size
  }

  /**
   * The session that a command names, made on first use.
   * @throws CommandError TypeMismatch, InvalidUUID when `lsid` is not `{ id: <uuid> }`
   */
  get(lsid: BsonValue): Session {
    const key = sessionKey(lsid)
    let session = this.#sessions.get(key)
    if (!session) {
      session = {
        lsid: lsid as BsonDocument,
        key,
        lastUsed: this.#now(),
        txnNumber: -1n,
        results: new Map(),
        reply: undefined,
        transaction: undefined,
      }
      this.#sessions.set(key, session)
    }
    session.lastUsed = this.#now()
    return session
  }

  /** The sessions with an open transaction, at this moment. */
  inTransaction(): { session: Session; transaction: SessionTransaction }[] {
    return [...this.#sessions.values()].flatMap((session) => {
      const { transaction } = session
      return transaction?.state === 'open' ? [{ session, transaction }] : []
    })
  }

  /** Forgets a session and aborts its transaction. */
  end(lsid: BsonValue): void {
    const key = sessionKey(lsid)
    const session = this.#sessions.get(key)
    if (!session) return
    abortTransaction(session)
    this.#sessions.delete(key)
  }

  /** Forgets all sessions. */
  endAll(): void {
    for (const session of [...this.#sessions.values()]) this.end(session.lsid)
  }

  /** Aborts all open transactions. What makes writes retryable is kept, as a server keeps it on its disk. */
  abortTransactions(): void {
    for (const session of this.#sessions.values()) abortTransaction(session)
  }

  /** Forgets the sessions that lay unused for too long, and aborts the transactions that are open for too long. */
  sweep(): void {
    const now = this.#now()
    for (const session of [...this.#sessions.values()]) {
      if (session.transaction && session.transaction.startedAt < now - this.#transactionMs) abortTransaction(session)
      if (session.lastUsed < now - this.#idleMs) this.#sessions.delete(session.key)
    }
  }
}

/** Aborts a session's open transaction, if there is one. */
export function abortTransaction(session: Session): void {
  const current = session.transaction
  if (current?.state !== 'open') return
  current.state = 'aborted'
  current.transaction?.abort()
  current.transaction = undefined
}

/** The key of a session id. */
export function sessionKey(lsid: BsonValue): string {
  if (!isDocument(lsid))
    throw new CommandError('TypeMismatch', "BSON field 'lsid' is the wrong type, expected type 'object'")
  const id = lsid.get('id')
  if (id === undefined)
    throw new CommandError(40414, "BSON field 'OperationSessionInfo.lsid.id' is missing but a required field")
  if (!(id instanceof Binary) || id.sub_type !== Binary.SUBTYPE_UUID || id.position !== 16) {
    throw new CommandError('InvalidUUID', "BSON field 'OperationSessionInfo.lsid.id' must be a UUID")
  }
  return toKey(id)
}

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
