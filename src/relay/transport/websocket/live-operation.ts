import type { Context } from 'graphql-ws'
import type { RelayError } from '../../../errors.ts'
import type { Batch, Sink, Subscription } from '../../feed/sink.ts'
import type { OpenSubscription } from '../../graphql/open-subscription.ts'
import type { SocketExtra } from './operation-hooks.ts'

/** What graphql-ws knows of a socket. */
export type SocketContext = Context<Record<string, unknown>, SocketExtra>

/**
 * A subscription on a WebSocket. The feed sends its results, while graphql-ws keeps it among the operations of its socket:
 * there its id is taken, the client completes it, and the end of the socket ends it.
 *
 * **Lifecycle**: graphql-ws would iterate over results until there are no more, and keep the message and all that it made of
 * it for as long. So an operation leaves its table when it starts, which ends the work on the message without a word to the
 * client, and {@link LiveOperation.enter enters} it again in the same turn of the event loop, when that work is done.
 *
 * Cost: this object, and an entry in the table.
 */
export class LiveOperation implements Sink, AsyncIterable<never> {
  readonly #context: SocketContext
  readonly #id: string
  /** The id within a JSON string: most often the same. */
  readonly #idText: string
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

  /** Starts delivering, unless the client completed the operation, or its socket was closed, before. */
  start(opened: OpenSubscription): void {
    const { subscriptions, extra } = this.#context
    if (!(this.#id in subscriptions)) return
    delete subscriptions[this.#id]
    try {
      this.#subscription = opened.start(this)
      extra.liveOperations++
    } catch (error) {
      extra.sendError(this.#id, error)
    }
  }

  /** Takes the place among the operations of the socket, if it is under way. Called when graphql-ws has done with the message. */
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

  /** Called by graphql-ws when the client completes the operation, and when the socket is closed. */
  return(): Promise<IteratorResult<never, undefined>> {
    this.#leave()?.close()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): AsyncIterator<never> {
    throw new Error('Results are sent by the feed; graphql-ws does not ask for them')
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
