import type { SubscribePayload, Sink } from 'graphql-ws/client'
import type { BackoffOptions } from '../../util/waiting/backoff.ts'
import { createQueue } from '../../util/waiting/queue.ts'
import { type End, toEnd } from '../connection/end.ts'
import { toResumable } from './resumable.ts'
import { keepSubscribed, type Result, type SubscriptionOptions } from './subscription.ts'

/** Statuses of HTTP from 400 to 499 that pass by themselves. */
const PASSING = [408, 425, 429]

/** As much of a client of graphql-ws or graphql-sse as is needed. */
interface StockClient {
  subscribe(payload: never, sink: never, ...more: never[]): () => void
  iterate(payload: never, ...more: never[]): AsyncIterableIterator<unknown>
  dispose(): void | Promise<void>
}

/** The same, as this calls it. */
interface Inner {
  subscribe(payload: SubscribePayload, sink: Sink<Result>, ...more: unknown[]): () => void
  iterate(payload: SubscribePayload, ...more: unknown[]): AsyncIterableIterator<Result>
  dispose(): void | Promise<void>
}

/** Options of {@link resuming}. */
export interface ResumingOptions {
  /** How often in a row a subscription is tried again without a change in between. Default: for ever. */
  readonly retryAttempts?: number | undefined
  /** Delays between these attempts. Default: from 500 ms on, doubled up to 15 s. */
  readonly backoff?: BackoffOptions | undefined
}

/**
 * Gives the client of graphql-sse, or of another package with the same interface, with subscriptions to `changes` that
 * lose nothing: each goes on after the last change that it received when its connection is lost, when the relay stops,
 * and after whatever else passes by itself. What trying again does not mend goes to `sink.error`, as does what a sink
 * throws. All other operations are left to the client.
 *
 * Give it a client with `retryAttempts: 0`, since this is what tries again. For graphql-ws there is `createClient`.
 *
 * @example
 * const client = resuming(createSseClient({ url: 'http://localhost:8888/graphql', retryAttempts: 0 }))
 */
export function resuming<Client extends StockClient>(client: Client, options: ResumingOptions = {}): Client {
  return resumingWith(client, { ...options, retriesConnections: true, toEnd: toEndOfRequest })
}

/** {@link resuming} for a client of which more is known. */
export function resumingWith<Client extends StockClient>(client: Client, options: SubscriptionOptions): Client {
  // the two packages call the same by other names
  const inner = client as unknown as Inner
  const running = new Set<() => void>()
  const outer: Inner = { ...inner, subscribe, iterate, dispose }
  return outer as unknown as Client

  function subscribe(payload: SubscribePayload, sink: Sink<Result>, ...more: unknown[]): () => void {
    const resumable = toResumable(payload)
    if (!resumable) return inner.subscribe(payload, sink, ...more)
    const over: Sink<Result> = {
      next: (result) => sink.next(result),
      error(error) {
        running.delete(stop)
        sink.error(error)
      },
      complete() {
        running.delete(stop)
        sink.complete()
      },
    }
    const stop = keepSubscribed((request, to) => inner.subscribe(request, to, ...more), resumable, over, options)
    running.add(stop)
    return stop
  }

  function iterate(payload: SubscribePayload, ...more: unknown[]): AsyncIterableIterator<Result> {
    const queue = createQueue<Result>({
      onStart: () => undefined,
      onEmpty: () => undefined,
      onOver: () => stop(),
    })
    const stop = subscribe(
      payload,
      { next: (result) => queue.push(result), error: (error) => queue.end({ error }), complete: () => queue.end() },
      ...more,
    )
    return queue
  }

  function dispose(): void | Promise<void> {
    for (const stop of [...running]) stop()
    return inner.dispose()
  }
}

/** As {@link toEnd}, for an error of graphql-sse, which may have the answer: most from 400 to 499 are for good. */
function toEndOfRequest(error: unknown): End {
  const response: unknown = error instanceof Error && 'response' in error ? error.response : undefined
  const status = typeof response === 'object' && response !== null && 'status' in response ? response.status : undefined
  if (typeof status !== 'number' || status < 400 || status > 499 || PASSING.includes(status)) return toEnd(error)
  const reason = `It answered with HTTP status ${status}`
  // as WebSockets are closed where credentials are refused, and where what is asked is not understood
  return { kind: 'closed', code: status === 401 || status === 403 ? 4403 : 4400, reason }
}
