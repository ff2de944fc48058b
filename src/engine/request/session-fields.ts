import { CommandError } from '../../bson/command-error.ts'
import { type Session, abortTransaction } from '../sessions/sessions.ts'
import { Transaction } from '../sessions/transaction.ts'
import { isInternalDatabase } from '../streams/options.ts'
import type { Command, Server } from './command.ts'
import { DOCUMENT_WRITES, ENDINGS } from './kinds.ts'
import type { Parameters } from '../parameters/parameters.ts'

const TRANSIENT = { labels: ['TransientTransactionError'] } as const

/** The session of a command, and the transaction that it runs in. */
export interface Joined {
  readonly session: Session | undefined
  readonly transaction: Transaction | undefined
}

/**
 * Reads `lsid`, `txnNumber`, `autocommit` and `startTransaction`, and starts or continues what they name.
 * @throws CommandError TransactionTooOld, NoSuchTransaction, TransactionCommitted, InvalidOptions,
 *   OperationNotSupportedInTransaction
 * @see https://github.com/mongodb/specifications/blob/master/source/transactions/transactions.md
 */
export function joinSession(command: Command, params: Parameters, server: Server): Joined {
  const lsid = params.value('lsid')
  const session = lsid === undefined ? undefined : server.sessions.get(lsid)
  const number = txnNumber(params)
  const autocommit = params.boolean('autocommit')
  if (number === undefined) {
    if (autocommit !== undefined)
      throw new CommandError('InvalidOptions', "'autocommit' field requires a transaction number to also be specified")
    return { session, transaction: undefined }
  }
  if (!session)
    throw new CommandError('InvalidOptions', 'Transaction number requires a session ID to also be specified')
  if (autocommit === undefined) {
    if (params.boolean('startTransaction')) {
      throw new CommandError(
        'InvalidOptions',
        "'startTransaction' field requires 'autocommit' field to also be specified",
      )
    }
    if (DOCUMENT_WRITES.has(command.name)) startRetryableWrite(session, number)
    return { session, transaction: undefined }
  }
  if (autocommit) throw new CommandError('InvalidOptions', "Specifying 'autocommit: true' is not allowed.")
  return { session, transaction: joinTransaction(command, params, server, session, number) }
}

function txnNumber(params: Parameters): bigint | undefined {
  const value = params.long('txnNumber')
  if (value === undefined) return undefined
  if (value.isNegative()) throw new CommandError('InvalidOptions', 'Transaction number cannot be negative')
  return value.toBigInt()
}

function startRetryableWrite(session: Session, number: bigint): void {
  const last = session.txnNumber
  if (number < last) throw tooOld(`Retryable write with txnNumber ${number} is prohibited`, last, 'retryable write')
  if (number === last) {
    if (session.transaction?.number === number) {
      throw new CommandError(
        'IncompleteTransactionHistory',
        `Transaction ${number} was started as a multi-document transaction`,
      )
    }
    return
  }
  reset(session, number)
}

function joinTransaction(
  command: Command,
  params: Parameters,
  server: Server,
  session: Session,
  number: bigint,
): Transaction | undefined {
  if (!command.inTransaction) {
    throw new CommandError(
      'OperationNotSupportedInTransaction',
      `Cannot run command '${command.name}' in a multi-document transaction.`,
    )
  }
  const db = params.string('$db') ?? ''
  if (isInternalDatabase(db) && !ENDINGS.has(command.name)) {
    throw new CommandError(
      'OperationNotSupportedInTransaction',
      `Cannot run '${command.name}' on the '${db}' database in a multi-document transaction.`,
    )
  }
  if (params.boolean('startTransaction')) return start(server, session, number)
  const current = session.transaction
  if (number < session.txnNumber)
    throw tooOld(`Cannot continue transaction ${number}`, session.txnNumber, 'transaction')
  if (current?.number !== number) {
    throw new CommandError(
      'NoSuchTransaction',
      `Given transaction number ${number} does not match any in-progress transactions. The active transaction number is ${session.txnNumber}`,
      TRANSIENT,
    )
  }
  if (current.state === 'aborted') {
    throw new CommandError('NoSuchTransaction', `Transaction ${number} has been aborted.`, TRANSIENT)
  }
  if (current.state === 'committed' && command.name !== 'commitTransaction') {
    throw new CommandError('TransactionCommitted', `Transaction ${number} has been committed.`)
  }
  return current.transaction
}

function start(server: Server, session: Session, number: bigint): Transaction {
  const last = session.txnNumber
  if (number < last) throw tooOld(`Cannot start transaction ${number}`, last, 'transaction')
  if (number === last) {
    throw new CommandError(
      50911,
      'Only servers in a sharded cluster can start a new transaction at the active transaction number',
    )
  }
  reset(session, number)
  const transaction = new Transaction(server.store, { lsid: session.lsid, txnNumber: number })
  session.transaction = { number, startedAt: server.monotonicNow(), state: 'open', transaction }
  return transaction
}

function reset(session: Session, number: bigint): void {
  abortTransaction(session)
  session.txnNumber = number
  session.transaction = undefined
  session.results.clear()
  session.reply = undefined
}

function tooOld(what: string, newer: bigint, kind: string): CommandError {
  return new CommandError(
    'TransactionTooOld',
    `${what} on session because a newer ${kind} with txnNumber ${newer} has already started on this session.`,
  )
}
