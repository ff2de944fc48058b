import { createClient } from 'graphql-ws/client'
import { type PageChangesSubscription, PageChangesDocument } from '../operations.generated.ts'
import type { End, OpenAttempt, StreamError } from './attempt-events.ts'

/** Options of {@link createOpenAttempt}. Every duration is in milliseconds. */
export interface AttemptOptions {
  /** The relay's GraphQL endpoint, `ws:` or `wss:`. */
  readonly url: string
  /** How long connecting, with the relay's acknowledgement, may take. Default: 10,000. */
  readonly connectTimeoutMs?: number
  /** The pause between pings. Default: 10,000. */
  readonly pingIntervalMs?: number
  /** How long the answer to a ping may take before the connection counts as dead. Default: 5,000. */
  readonly pongTimeoutMs?: number
  /** The WebSocket class, where there is no global one. Default: the global one. */
  readonly webSocketImpl?: unknown
}

function toClosed(event: unknown): End {
  const code = typeof event === 'object' && event !== null && 'code' in event ? event.code : null
  const reason = typeof event === 'object' && event !== null && 'reason' in event ? event.reason : ''
  return { kind: 'closed', code: typeof code === 'number' ? code : null, reason: String(reason) }
}

function toEnd(error: unknown): End {
  if (Array.isArray(error)) return { kind: 'errors', errors: error satisfies StreamError[] }
  if (error instanceof Error) return { kind: 'closed', code: null, reason: error.message }
  return toClosed(error)
}

/**
 * Gives the function that opens one attempt over the graphql-transport-ws protocol.
 *
 * Each attempt is a client and a socket of its own that never retries by itself: its caller alone decides when to try
 * again and from which token, so that a retry can never repeat stale arguments. Pings notice a network that died silently.
 *
 * @see https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
 */
export function createOpenAttempt(options: AttemptOptions): OpenAttempt {
  const { url, connectTimeoutMs = 10_000, pingIntervalMs = 10_000, pongTimeoutMs = 5_000 } = options

  return (variables, events) => {
    let ended = false
    let opened = false
    let deadline: ReturnType<typeof setTimeout> | undefined

    const client = createClient({
      url,
      retryAttempts: 0,
      keepAlive: pingIntervalMs,
      webSocketImpl: options.webSocketImpl,
      on: {
        connected: () => {
          clearTimeout(deadline)
          opened = true
          if (!ended) events.onOpen()
        },
        ping: (received) => {
          if (!received) deadline = setTimeout(() => client.terminate(), pongTimeoutMs)
        },
        pong: (received) => {
          if (received) clearTimeout(deadline)
        },
        closed: (event) => {
          clearTimeout(deadline)
          finish(toClosed(event))
        },
      },
    })
    deadline = setTimeout(() => client.terminate(), connectTimeoutMs)

    const unsubscribe = client.subscribe<PageChangesSubscription>(
      { query: PageChangesDocument.toString(), variables },
      {
        next: ({ data, errors }) => {
          if (ended) return
          if (data) events.onChange(data.changes)
          else finish({ kind: 'errors', errors: errors ?? [] })
        },
        error: (error) => finish(toEnd(error)),
        complete: () => finish({ kind: 'completed' }),
      },
    )

    function close(): void {
      ended = true
      // A connection that is being opened is closed as soon as it is open, by the client, or cut by the deadline. Cutting it
      // at once would have the browser report an error.
      if (opened) clearTimeout(deadline)
      unsubscribe()
    }

    function finish(end: End): void {
      if (ended) return
      close()
      events.onEnd(end)
    }

    return close
  }
}
