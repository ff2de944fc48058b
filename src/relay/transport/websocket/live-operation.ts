import type { RelayError } from '../../../errors.ts'
import type { Batch, Sink, Subscription } from '../../feed/sink.ts'
import { NO_RESULTS } from '../../graphql/no-results.ts'
import type { OpenSubscription } from '../../graphql/open-subscription.ts'
import type { SocketContext, SocketExtra } from './socket-context.ts'

/**
 * A subscription on a WebSocket. The feed sends its results, while graphql-ws keeps it among the operations of its
 * socket: there its id is taken, the client completes it, and the end of the socket ends it.
 *
 * **Lifecycle**: graphql-ws would iterate over results until there are no more, and keep the message and all that it
 * made of it for as long. So to iterate over this starts the feed, takes the operation out of graphql-ws's table, and
 * gives nothing, which ends the work on the message without a word to the client; and {@link LiveOperation.enter} puts
 * it there again in the same turn of the event loop, when that work is done.
 *
 * **Cost**: this object, and an entry in the table.
 *
 * It relies on more of graphql-ws (6.4, `server.ts`) than that documents; `graphql-ws.test.ts` fails when a new version
 * breaks it:
 *
 * 1. An operation has an entry in `context.subscriptions` from its `subscribe` message on. An id that has one is
 *    refused with 4409. What is in the entry and has `return()` is returned when the client completes it, and when the
 *    socket is closed. So a LiveOperation only has to be there. Without that, subscriptions would go on for clients
 *    that left.
 * 2. It iterates over what `subscribe` gives if the entry is still there, and returns it otherwise. So delivery starts
 *    when it begins to iterate. Without that, one that is completed at once would go on for ever.
 * 3. When the iterable ends, it sends `complete` only if the entry is still there, and it removes the entry, whatever
 *    is in it, before the promise of the message settles. So the operation leaves the table when it starts, is at its
 *    end at once, and enters the table again after that promise, which frees all that graphql-ws holds for a message.
 *    Without the first, clients would take the operation for completed; without the second, they could not complete it.
 * 4. What iterating throws becomes an `error` message, and passes through `onError`.
 * 5. Between the message and that promise there are microtasks only, which runtimes let finish before the next message
 *    of the socket (ws with `allowSynchronousEvents: false`). Without that, a `complete` in between would find no
 *    entry.
 */
export class LiveOperation implements Sink, AsyncIterable<never> {
  readonly #context: SocketContext
  readonly #id: string
  /** The id within a JSON string: most often the same. */
  readonly #idText: string
  #opened: OpenSubscription | undefined = undefined
  #subscription: Subscription | undefined = undefined

  constructor(context: SocketContext, id: string) {
    this.#context = context
    this.#id = id
    const text = JSON.stringify(id).slice(1, -1)
    this.#idText = text === id ? id : text
  }

  /** Whose credentials decide how long it may go on. */
  get holder(): SocketExtra {
    return this.#context.extra
  }

  /** Takes what iterating starts; gives itself. */
  of(opened: OpenSubscription): this {
    this.#opened = opened
    return this
  }

  /**
   * Called by graphql-ws unless the client has completed the operation, or its socket was closed, before.
   *
   * @throws RelayError which graphql-ws sends to the client
   */
  [Symbol.asyncIterator](): AsyncIterator<never> {
    const { subscriptions, extra } = this.#context
    const opened = this.#opened
    if (!opened) return NO_RESULTS
    this.#opened = undefined
    this.#subscription = opened.start(this)
    extra.liveOperations++
    delete subscriptions[this.#id]
    return NO_RESULTS
  }

  /**
   * Takes the place among the operations of the socket, if it is under way. Called when graphql-ws has done with the
   * message.
   */
  enter(): void {
    if (this.#subscription) this.#context.subscriptions[this.#id] = this
  }

  isReady(): boolean {
    return this.#context.extra.isReady || this.#wait()
  }

  write(batch: Batch): boolean {
    return this.#context.extra.sendNext(batch, this.#idText) || this.#wait()
  }

  bufferedBytes(): number {
    return this.#context.extra.bufferedBytes()
  }

  end(error: RelayError): void {
    const { subscriptions, extra } = this.#context
    if (subscriptions[this.#id] === this) delete subscriptions[this.#id]
    this.#leave()
    extra.sendError(this.#id, error)
  }

  /** Ends it with an error that says where to continue, if it is under way. */
  endHere(error: RelayError): void {
    this.#subscription?.end(error)
  }

  /** Called by graphql-ws when the client completes the operation, and when the socket is closed. */
  return(): Promise<IteratorResult<never, undefined>> {
    this.#opened = undefined
    this.#leave()?.close()
    return NO_RESULTS.return()
  }

  #wait(): false {
    if (this.#subscription) this.#context.extra.resumeWhenDrained(this.#subscription)
    return false
  }

  #leave(): Subscription | undefined {
    const subscription = this.#subscription
    if (!subscription) return undefined
    const { extra } = this.#context
    extra.liveOperations--
    extra.forget(subscription)
    this.#subscription = undefined
    return subscription
  }
}
