import type { EncodableDocument } from '../../bson/codec/encode.ts'
import type { Cursors } from '../cursors/cursors.ts'
import type { Operations } from './operations.ts'
import type { Session, Sessions } from '../sessions/sessions.ts'
import type { Store } from '../storage/store.ts'
import type { View } from '../storage/view.ts'
import type { WriteUnit } from '../storage/write-unit.ts'
import type { Topology } from '../topology.ts'
import type { Request } from '../wire/message.ts'
import type { FailPoints } from './fail-points/fail-points.ts'
import type { Parameters } from '../parameters/parameters.ts'
import { shape, type FieldNames, type Shape } from '../parameters/shape.ts'

/** What all commands of a server share. */
export interface Server {
  readonly store: Store
  readonly cursors: Cursors
  readonly sessions: Sessions
  readonly topology: Topology
  readonly failPoints: FailPoints
  readonly operations: Operations
  /** Wall clock in milliseconds. */
  now(): number
  /** A clock that is never set, in milliseconds, for ages. */
  monotonicNow(): number
  /** Open connections. */
  connections(): readonly ClientConnection[]
}

/** The connection that a command came on. */
export interface ClientConnection {
  readonly id: number
  /** `address:port` of the client. */
  readonly peer: string
  /** The application's name, once a handshake gave it. */
  appName?: string
}

/** One run of one command. */
export interface CommandContext {
  readonly server: Server
  readonly connection: ClientConnection
  readonly request: Request
  readonly db: string
  readonly params: Parameters
  /** The session that the command names, if any. */
  readonly session: Session | undefined
  /** Where writes go: a transaction, or at once. */
  readonly unit: WriteUnit
  /** What reads see. */
  readonly view: View
  /** Whether the command runs inside a transaction. */
  readonly inTransaction: boolean
  /** Aborts when the client is gone or the server stops. */
  readonly signal: AbortSignal
}

/** A reply's fields; `ok`, times and session fields are added to it. */
export type Reply = EncodableDocument

/**
 * A command that the server knows. One per file; the table lists them.
 * @see https://www.mongodb.com/docs/manual/reference/command/
 */
export interface Command {
  readonly name: string
  /** Other names of the same command, in older clients' spelling. */
  readonly aliases?: readonly string[]
  /** The fields that it takes, made by {@link commandFields}. Others are refused by name; undefined takes any. */
  readonly fields?: Shape
  /** Only runs on `admin`. */
  readonly adminOnly?: boolean
  /** May run in a transaction. */
  readonly inTransaction?: boolean
  /** Answers at once, before errors of sessions or fail points: what clients use to watch the server. */
  readonly monitoring?: boolean
  /** The request is run again after its reply (exhaust). */
  readonly streams?: boolean
  /**
   * Answers the command.
   * @throws CommandError, which becomes the reply
   */
  run(context: CommandContext): Reply | Promise<Reply>
}

const GENERIC_FIELDS = shape({
  string: ['$db'],
  object: ['$readPreference', '$clusterTime', 'lsid', 'readConcern', 'writeConcern'],
  array: ['stmtIds'],
  bool: ['autocommit', 'startTransaction', 'apiStrict', 'apiDeprecationErrors'],
  long: ['txnNumber'],
  number: ['maxTimeMS'],
  any: [
    '$audit',
    '$client',
    '$configServerState',
    'stmtId',
    'comment',
    'apiVersion',
    'mayBypassWriteBlocking',
    'rawData',
    'help',
  ],
})

/** The fields of a command: its own, and those that every command takes. */
export function commandFields(own: FieldNames): Shape {
  return new Map([...GENERIC_FIELDS, ...shape(own)])
}
