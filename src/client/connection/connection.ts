import { createClient } from 'graphql-ws/client'
import type { WatchChangesSubscription, WatchChangesSubscriptionVariables } from '../query/operations.generated.ts'
import { watchPongs } from './pongs.ts'
import { originHint, toRefusal } from './refusal.ts'
import { captureSocket, type SocketHandle } from './socket-class.ts'
import { type End, toEnd, type WireError } from './end.ts'

/** How to connect. Durations are in milliseconds. */
export interface ConnectionOptions {
  /** The relay's GraphQL endpoint, such as `ws://localhost:8888/graphql`; `http:` and `https:` are taken, too. */
  readonly url: string
  /**
   * What to send with the connection, such as credentials: `{ authorization: 'Bearer …' }`. A function is called anew
   * for each connection, and so has a chance to give fresh credentials when the last ones were refused or have expired.
   */
  readonly connectionParams?: ConnectionParams | (() => ConnectionParams | Promise<ConnectionParams>) | undefined
  /** The WebSocket class. Default: the global one, which Node has from version 22 on; before, the one of `ws`. */
  readonly webSocketImpl?: unknown
  /** How long connecting, with the relay's acknowledgement, may take. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined
  /** The pause between pings. Default 10,000. */
  readonly pingIntervalMs?: number | undefined
  /** How long the answer to a ping may take before the connection counts as dead. Default 5,000. */
  readonly pongTimeoutMs?: number | undefined
}

type ConnectionParams = Record<string, unknown> | undefined

/** What to subscribe to. */
export interface Operation {
  readonly query: string
  readonly variables: WatchChangesSubscriptionVariables
}

/** One result as it comes over the wire; a change has the fields that were asked for. */
export interface Result {
  readonly data?: WatchChangesSubscription | null | undefined
  readonly errors?: readonly WireError[] | undefined
  readonly extensions?: Readonly<Record<string, unknown>> | undefined
}

/** What a connection reports: at most one `onOpen`, then results in order, then one `onEnd` and nothing after it. */
export interface ConnectionEvents {
  /** The relay has acknowledged the connection and is sent the subscription. */
  onOpen(): void
  onResult(result: Result): void
  /** Never called after the connection was closed from here. */
  onEnd(end: End): void
}

/**
 * Opens one connection with one subscription. Eager.
 *
 * It never retries by itself, because a retry of graphql-ws repeats the variables of the first attempt: the code that
 * opens it decides when to try again, and from which token. Pings notice a network that died silently.
 *
 * @returns closes it; nothing is reported afterwards. Idempotent.
 * @see https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
 */
export function openConnection(options: ConnectionOptions, operation: Operation, events: ConnectionEvents): () => void {
  const { url, connectionParams, connectTimeoutMs = 10_000, pingIntervalMs = 10_000, pongTimeoutMs = 5_000 } = options
  let ended = false
  let acknowledged = false
  let socket: SocketHandle | undefined

  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    retryAttempts: 0,
    keepAlive: pingIntervalMs,
    webSocketImpl: captureSocket(
      options.webSocketImpl,
      (opening) => (socket = opening),
      (answer) => finish(toRefusal(answer)),
    ),
    ...(connectionParams ? { connectionParams: toSendable } : {}),
    on: {
      connected: () => {
        clearTimeout(deadline)
        acknowledged = true
        if (!ended) events.onOpen()
      },
      closed: (event) => finish(withHint(toEnd(event))),
    },
  })
  const deadline = setTimeout(cut, connectTimeoutMs)
  const stopWaiting = watchPongs(client, pongTimeoutMs, cut)

  const unsubscribe = client.subscribe<WatchChangesSubscription, Record<string, unknown>>(
    { ...operation },
    {
      next: (result) => {
        if (!ended) events.onResult(result)
      },
      error: (error) => finish(withHint(toEnd(error))),
      complete: () => finish({ kind: 'completed' }),
    },
  )

  async function toSendable(): Promise<ConnectionParams> {
    const params = typeof connectionParams === 'function' ? await connectionParams() : connectionParams
    const message = whyNotJson(params)
    // another attempt would not help
    if (message !== undefined) finish({ kind: 'errors', errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] })
    return message === undefined ? params : undefined
  }

  function close(): void {
    if (ended) return
    ended = true
    unsubscribe()
    stopWaiting()
    // Unsubscribing closes the socket once the relay has acknowledged it, which may never happen: cut it at once, or
    // where that cannot be done without the browser reporting an error, at the deadline.
    if (!acknowledged && socket?.terminate) cut()
    if (acknowledged || socket?.terminate) clearTimeout(deadline)
  }

  // A closing handshake with a peer that is silent would hold the socket for half a minute.
  function cut(): void {
    client.terminate()
    socket?.terminate?.()
  }

  // how a browser reports whatever kept a socket from being opened
  function withHint(end: End): End {
    if (acknowledged || end.kind !== 'closed' || end.code !== 1006) return end
    const reason = originHint(url, pageOrigin())
    return reason === undefined ? end : { kind: 'closed', code: null, reason }
  }

  function finish(end: End): void {
    if (ended) return
    close()
    events.onEnd(end)
  }

  return close
}

function whyNotJson(params: ConnectionParams): string | undefined {
  try {
    JSON.stringify(params)
    return undefined
  } catch (error) {
    return `\`connectionParams\` cannot be sent as JSON: ${error instanceof Error ? error.message : String(error)}`
  }
}

function pageOrigin(): string | undefined {
  const location: unknown = Reflect.get(globalThis, 'location')
  const origin: unknown =
    typeof location === 'object' && location !== null ? Reflect.get(location, 'origin') : undefined
  return typeof origin === 'string' ? origin : undefined
}
