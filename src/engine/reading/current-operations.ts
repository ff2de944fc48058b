import { createHash } from 'node:crypto'
import { decodeDocument } from '../../bson/codec/decode.ts'
import { toKey } from '../../bson/key.ts'
import { Binary, doc, Int32, isDocument, Long, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import type { OpenCursor } from '../cursors/cursors.ts'
import { shownCommand, type Operation } from '../request/operations.ts'
import type { ClientConnection, Server } from '../request/command.ts'

/** What commands are to those who look at a server; all others are `command`. */
const KINDS: Readonly<Record<string, string>> = {
  insert: 'insert',
  update: 'update',
  delete: 'remove',
  find: 'query',
  getMore: 'getmore',
}

/** The user that everybody is, as sessions name it: the digest of no name. */
const NO_USER = new Binary(createHash('sha256').digest(), 0)

/** The commands that are under way, the one that asks too. */
export function runningOperations(server: Server): Iterable<BsonDocument> {
  const listed = server.operations.list().map((operation) => {
    const used = operation.request.body.get('getMore')
    return { operation, cursor: used instanceof Long ? server.cursors.list(used)[0] : undefined }
  })
  return mapped(listed, ({ operation, cursor }) => running(server, operation, cursor))
}

/** The connections on which nothing is under way. */
export function idleConnections(server: Server): Iterable<BsonDocument> {
  const busy = new Set(server.operations.list().map(({ connection }) => connection))
  const idle = server.connections().filter((connection) => !busy.has(connection))
  return mapped(idle, (connection) => doc({ ...onConnection(server, connection), active: false, ...at(server) }))
}

/** The sessions whose open transaction no command uses. */
export function idleSessions(server: Server): Iterable<BsonDocument> {
  const busy = new Set(server.operations.list().map(({ request }) => keyOf(request.body.get('lsid'))))
  const idle = server.sessions.inTransaction().filter(({ session }) => !busy.has(session.key))
  return mapped(idle, ({ session, transaction }) => {
    const openMs = server.monotonicNow() - transaction.startedAt
    return doc({
      type: 'idleSession',
      host: server.topology.address,
      desc: 'inactive transaction',
      lsid: withUser(session.lsid),
      transaction: doc({
        parameters: doc({ txnNumber: Long.fromBigInt(transaction.number), autocommit: false }),
        startWallClockTime: isoTime(server.now() - openMs),
        timeOpenMicros: micros(openMs),
      }),
      waitingForLock: false,
      active: false,
      ...NO_LOCKS,
    })
  })
}

/** The cursors that no `getMore` uses. */
export function idleCursors(server: Server): Iterable<BsonDocument> {
  const idle = server.cursors.list().filter(({ inUse }) => !inUse)
  return mapped(idle, (cursor) => {
    const command = decodeDocument(cursor.command)
    return doc({
      type: 'idleCursor',
      host: server.topology.address,
      ns: cursor.namespace,
      lsid: withUser(command.get('lsid')),
      cursor: describe(cursor, command),
    })
  })
}

/** The engine has one thread, and no locks. */
const NO_LOCKS = { locks: doc({}), lockStats: doc({}), waitingForFlowControl: false, flowControlStats: doc({}) }

function running(server: Server, operation: Operation, cursor: OpenCursor | undefined): BsonDocument {
  const { id, connection, request, startedAt } = operation
  const { body } = request
  const name = body.keys().next().value ?? ''
  const ms = server.monotonicNow() - startedAt
  return doc({
    ...onConnection(server, connection),
    active: true,
    ...at(server),
    isFromUserConnection: true,
    threaded: true,
    opid: new Int32(id),
    lsid: withUser(body.get('lsid')),
    secs_running: Long.fromNumber(Math.floor(ms / 1_000)),
    microsecs_running: micros(ms),
    op: KINDS[name] ?? 'command',
    ns: cursor?.namespace ?? namespaceOf(request.db, name, body),
    redacted: false,
    command: decodeDocument(shownCommand(request)),
    cursor: cursor && describe(cursor, decodeDocument(cursor.command), id),
    numYields: new Int32(0),
    waitingForLock: false,
    ...NO_LOCKS,
  })
}

function onConnection(server: Server, { id, peer, appName }: ClientConnection): Record<string, BsonValue | undefined> {
  const names = { host: server.topology.address, desc: `conn${id}`, connectionId: new Int32(id), client: peer }
  return { type: 'op', ...names, appName }
}

function at(server: Server): { currentOpTime: string } {
  return { currentOpTime: isoTime(server.now()) }
}

function namespaceOf(db: string, name: string, body: BsonDocument): string {
  const target = body.get(name)
  if (typeof target === 'string') return `${db}.${target}`
  return name === 'aggregate' ? `${db}.$cmd.aggregate` : `${db}.$cmd`
}

function describe(cursor: OpenCursor, command: BsonDocument, user?: number): BsonDocument {
  const isStream = cursor.source.outlivesDrop === true
  return doc({
    cursorId: cursor.id,
    createdDate: cursor.createdDate,
    lastAccessDate: cursor.lastAccessDate,
    nDocsReturned: Long.fromNumber(cursor.documents),
    nBatchesReturned: Long.fromNumber(cursor.batches),
    noCursorTimeout: false,
    tailable: isStream,
    awaitData: isStream,
    originatingCommand: command,
    operationUsingCursorId: user === undefined ? undefined : Long.fromNumber(user),
  })
}

function withUser(lsid: BsonValue | undefined): BsonDocument | undefined {
  return isDocument(lsid) ? doc({ id: lsid.get('id'), uid: NO_USER }) : undefined
}

function keyOf(lsid: BsonValue | undefined): string | undefined {
  return isDocument(lsid) ? toKey(lsid.get('id') ?? null) : undefined
}

function micros(ms: number): Long {
  return Long.fromNumber(Math.round(ms * 1_000))
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+00:00')
}

function* mapped<T>(items: readonly T[], describeOne: (item: T) => BsonDocument): Generator<BsonDocument> {
  for (const item of items) yield describeOne(item)
}
