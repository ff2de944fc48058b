import { MongoClient, type MongoClientOptions, MongoNetworkTimeoutError } from 'mongodb'
import { ignoreError } from '../../errors.ts'

/** A MongoClient that can be replaced by a new one while it is in use. */
export interface ClientHolder {
  /** The client to use now. Ask each time: keep neither it nor what it gives beyond one operation or stream. */
  current(): MongoClient
  /**
   * Replaces the client, and closes it, because it keeps failing to reach a server: a client whose server closed all
   * sockets at once can stay dead for good while a new one works. After replies that took too long the new one is twice
   * as patient, up to 16 times, so that a server which searches a long oplog gets to an end.
   *
   * Does nothing when `failed` is not the current client any more, or younger than 5 seconds.
   */
  renew(failed: MongoClient, cause: unknown): void
  /** Closes the current client; all streams on it end. Idempotent; waits for clients that were replaced, too. */
  close(): Promise<void>
}

/** Options of {@link createClientHolder}. */
export interface ClientHolderOptions {
  readonly client: MongoClientOptions
  /** How long a client is kept in any case, in milliseconds. Default 5,000. */
  readonly minAgeMs?: number | undefined
  /** Called with the client, and with each that takes its place, before it connects. */
  readonly onClient?: (client: MongoClient) => void
}

/** How many times longer than at first a reply may take at most. */
const MAX_PATIENCE = 16

/**
 * Holds a client for `uri`. Lazy: connects with the first operation.
 *
 * @throws MongoParseError when `uri` is not a connection string
 */
export function createClientHolder(uri: string, options: ClientHolderOptions): ClientHolder {
  const { minAgeMs = 5_000, onClient = () => undefined } = options
  const { socketTimeoutMS = 0 } = options.client
  let patience = 1
  const settings = givenWay(uri, options.client)
  const open = (wanted: MongoClientOptions) => {
    const made = new MongoClient(uri, wanted)
    onClient(made)
    return made
  }
  let client = open(settings)
  let bornAtMs = performance.now()
  let closing: Promise<void> | undefined
  const replaced = new Set<Promise<void>>()

  return {
    current: () => client,
    renew(failed, cause) {
      if (failed !== client || closing || performance.now() - bornAtMs < minAgeMs) return
      patience = cause instanceof MongoNetworkTimeoutError ? Math.min(patience * 2, MAX_PATIENCE) : 1
      client = open({ ...settings, socketTimeoutMS: socketTimeoutMS * patience })
      bornAtMs = performance.now()
      const closed = failed.close().catch(ignoreError('the server is gone, and there is nothing left to end there'))
      replaced.add(closed)
      void closed.then(() => replaced.delete(closed))
    },
    close() {
      closing ??= Promise.all([client.close(), ...replaced]).then(() => undefined)
      return closing
    },
  }
}

/** Holds a client that is somebody else's. */
export function holdClient(client: MongoClient): ClientHolder {
  return { current: () => client, renew: () => undefined, close: () => Promise.resolve() }
}

/** How soon the clients of a deployment notice that a server is gone. Durations are in milliseconds. */
export interface PatienceOptions {
  /** How long each operation looks for a server that can serve it. Default 2,000. */
  readonly serverSelectionTimeoutMs?: number
  /** How long connecting, and the answer to a heartbeat, may take. Default 3,000. */
  readonly connectTimeoutMs?: number
  /** How often servers are asked how they are. Default 2,000. */
  readonly heartbeatMs?: number
  /**
   * How much longer than it may wait for events a server may take to answer, before its connection counts as dead.
   * Default 4,000.
   */
  readonly replyGraceMs?: number
  /** See {@link ClientHolderOptions.minAgeMs}. */
  readonly minClientAgeMs?: number
}

// what the two clients of a deployment have in common: they notice an outage within seconds
function quickToNotice(patience: PatienceOptions): MongoClientOptions {
  const { serverSelectionTimeoutMs = 2_000, connectTimeoutMs = 3_000, heartbeatMs = 2_000 } = patience
  return {
    appName: 'tailrace',
    serverSelectionTimeoutMS: serverSelectionTimeoutMs,
    connectTimeoutMS: connectTimeoutMs,
    heartbeatFrequencyMS: heartbeatMs,
    minHeartbeatFrequencyMS: 100,
  }
}

/** Options whose values in a connection string win over ours: they say how this network is, and who its clients are. */
const GIVE_WAY = ['appName', 'serverSelectionTimeoutMS', 'connectTimeoutMS', 'heartbeatFrequencyMS']

// the driver itself prefers options to the connection string
function givenWay(uri: string, options: MongoClientOptions): MongoClientOptions {
  const given = new URLSearchParams(uri.slice(uri.indexOf('?') + 1).toLowerCase())
  const overridden = GIVE_WAY.filter((name) => given.has(name.toLowerCase()))
  return Object.fromEntries(Object.entries(options).filter(([name]) => !overridden.includes(name)))
}

/**
 * Settings of the client that change streams alone use. Every waiting `getMore` pins a connection, so that the pool has
 * no limit; those of a peak are given back when they were idle for 30 seconds. A reply that does not come within
 * `maxAwaitTimeMs` and `replyGraceMs` counts as a dead connection.
 */
export function streamClientOptions(maxAwaitTimeMs: number, patience: PatienceOptions = {}): MongoClientOptions {
  const socketTimeoutMS = maxAwaitTimeMs + (patience.replyGraceMs ?? 4_000)
  return { ...quickToNotice(patience), maxPoolSize: 0, maxIdleTimeMS: 30_000, socketTimeoutMS }
}

/** Settings of the client for everything but streams: listing namespaces, asking for the time, the sandbox. */
export function controlClientOptions(patience: PatienceOptions = {}): MongoClientOptions {
  return { ...quickToNotice(patience), maxPoolSize: 10, socketTimeoutMS: 10_000 }
}
