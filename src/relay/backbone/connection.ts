import { jetstream, type JetStreamClient, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import {
  connect,
  type ConnectionOptions,
  createInbox,
  headers,
  type MsgHdrs,
  type NatsConnection,
} from '@nats-io/transport-node'
import { createOwnSockets } from './own-sockets.ts'
import { brokerFailed } from './passing.ts'
import { loginOf, readCredentials, tlsOf } from './security.ts'

/** A connection to the broker, and what is asked of it. */
export interface Nats {
  readonly connection: NatsConnection
  readonly jetstream: JetStreamClient
  readonly manager: JetStreamManager
  /** Empty headers of a message. */
  readonly headers: () => MsgHdrs
  /** A subject for answers that nobody else has. */
  readonly inbox: () => string
}

/** Where the broker is. */
export interface BrokerOptions {
  /**
   * URLs such as `nats://10.0.0.1:4222`, or `tls:` in the place of `nats:`; of one cluster. The first one with a user
   * and a password, or with a token in the place of both, has those of all.
   */
  readonly servers: readonly string[]
  /** Path of a file with a JWT and a seed, as `nsc` makes them. */
  readonly credentials?: string | undefined
}

/** Holds one connection, which is made when it is first needed. */
export interface Broker {
  /** @throws Passing while it cannot be reached */
  get(): Promise<Nats>
  /** Whether there is a connection now. */
  readonly isConnected: boolean
  /** Closes it. Idempotent. */
  close(): Promise<void>
}

/** How long the broker may take to answer, in milliseconds. */
export const ANSWER_MS = 2_000

/** How soon a connection that is gone is noticed: after two pings without an answer, in milliseconds. */
const PING_MS = 2_000

/** How long to wait before the next attempt to connect again, in milliseconds. */
const RECONNECT_MS = 250

/** Prepares a connection; nothing connects yet. This file is to be loaded on demand: most relays have no broker. */
export function createBroker({ servers, credentials }: BrokerOptions): Broker {
  const sockets = createOwnSockets()
  let opening: Promise<Nats> | undefined
  let isConnected = false
  let isClosed = false

  return {
    get() {
      if (isClosed) return Promise.reject(brokerFailed(new Error('It has been closed')))
      // the next one who asks tries again
      return (opening ??= open().catch((error: unknown) => {
        opening = undefined
        throw error
      }))
    },
    get isConnected() {
      return isConnected
    },
    async close() {
      isClosed = true
      // one that is being made fails then
      if (!isConnected) sockets.destroy()
      const nats = await opening?.catch(() => undefined)
      await nats?.connection.close()
      sockets.destroy()
    },
  }

  async function open(): Promise<Nats> {
    const options: ConnectionOptions = {
      servers: servers.map((server) => new URL(server).host),
      ...loginOf(servers),
      name: 'tailrace',
      timeout: ANSWER_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_MS,
      pingInterval: PING_MS,
      maxPingOut: 2,
      // it may be the account that is set up later
      ignoreAuthErrorAbort: true,
      ...tlsOf(servers),
    }
    const connection = await sockets
      .run(async () =>
        connect(
          credentials === undefined ? options : { ...options, authenticator: await readCredentials(credentials) },
        ),
      )
      .catch((cause: unknown) => {
        sockets.destroy()
        throw brokerFailed(cause)
      })
    const subscribe = connection.subscribe.bind(connection)
    connection.subscribe = (subject, { callback, ...rest } = {}) =>
      subscribe(subject, callback ? { ...rest, callback: sockets.outside(callback) } : rest)
    isConnected = true
    void followStatus(connection)
    // nothing is asked of the account: a relay may need no more rights than reading takes
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: ANSWER_MS })
    return {
      connection,
      jetstream: jetstream(connection, { timeout: ANSWER_MS }),
      manager,
      headers,
      inbox: createInbox,
    }
  }

  async function followStatus(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect' || type === 'close') isConnected = false
      else if (type === 'reconnect') isConnected = true
    }
    isConnected = false
  }
}
