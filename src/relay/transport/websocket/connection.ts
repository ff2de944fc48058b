import { CloseCode, MessageType, type Server, stringifyMessage, type WebSocket as ProtocolSocket } from 'graphql-ws'
import type { Credentials } from '../../auth/bearer-token.ts'
import { ANONYMOUS, type Principal } from '../../auth/principal/principal.ts'
import type { Batch, Subscription } from '../../feed/sink.ts'
import type { Services } from '../../graphql/context.ts'
import { toPublicError } from '../../graphql/public-error.ts'
import { toCloseReason } from './close-reason.ts'
import { ConnectionRefused } from './connection-refused.ts'
import { UNWATCHED } from '../limits/idle-connections.ts'
import type { ConnectionRate, OutputRate } from '../limits/output-rate.ts'
import type { LiveOperation } from './live-operation.ts'
import type { SocketChannel } from './socket-channel.ts'
import type { SocketExtra } from './socket-context.ts'
import { withEmptyQuery } from '../http/graphql/persisted-query.ts'

/** What all connections have in common. */
export interface ConnectionOptions {
  /** How much may wait in a socket's buffer before its subscriptions have to wait, in bytes. */
  readonly maxBufferedBytes: number
  /** How long a socket may take until it sends `connection_init`, in milliseconds, before it is closed with 4408. */
  readonly connectionInitMs: number
  /** How often a socket is pinged, in milliseconds; one that does not answer until the next ping is closed. */
  readonly keepAliveMs: number
  /** How long a socket may read nothing of what waits for it, in milliseconds, before it is cut off. */
  readonly slowConsumerMs: number
  readonly outputRate: OutputRate
  readonly reportError: (error: unknown) => void
  /** Takes the errors that clients are sent. */
  readonly countErrors: Services['countErrors']
  /** Called when a socket is closed, for whatever reason. */
  readonly onEnd: (connection: Connection) => void
}

/**
 * How much may wait for a client that does not read, on top of what its subscriptions may put there, before nothing is
 * read from it either, in bytes. Otherwise its pings alone, and their answers, would fill the memory.
 */
const MAX_REPLY_BYTES = 1_048_576

/** Longest message that is read of one who is not known yet; far longer than any credentials, in characters. */
const MAX_INIT_LENGTH = 32_768

const INIT_TOO_LONG = `connection_init has more than ${MAX_INIT_LENGTH} characters`

/**
 * One WebSocket as graphql-ws sees it, and what its hooks find there.
 *
 * Cost: there are many and most of them are idle, so that each is this object alone: no timer, no closure, and
 * listeners on the socket below only after it was full.
 */
export class Connection implements ProtocolSocket, SocketExtra {
  principal: Principal = ANONYMOUS
  readonly address: string
  readonly openedAtMs = performance.now()
  offered: Credentials | undefined = undefined
  liveOperations = 0
  idleSinceMs = UNWATCHED
  entering: LiveOperation | undefined = undefined
  receiving = ''
  readonly #options: ConnectionOptions
  readonly #channel: SocketChannel
  readonly #rate: ConnectionRate
  #closed: ((code: number, reason: string) => Promise<void>) | undefined = undefined
  #initTimer: NodeJS.Timeout | undefined = undefined
  #take: ((text: string) => Promise<void>) | undefined = undefined
  #toResume: Set<Subscription> | undefined = undefined
  #unansweredMs = 0
  #waitingBytes = 0

  /** @param address what an anonymous caller at the other end is counted by */
  constructor(channel: SocketChannel, address: string, options: ConnectionOptions) {
    this.address = address
    this.#channel = channel
    this.#options = options
    this.#rate = options.outputRate.connect(() => this.#resumeSubscriptions())
  }

  get protocol(): string {
    return this.#channel.protocol
  }

  get isBusy(): boolean {
    return this.liveOperations > 0
  }

  /** Begins to speak the protocol. */
  open(protocol: Server<SocketExtra>): void {
    this.#closed = protocol.opened(this, this)
    this.#initTimer = setTimeout(
      () => this.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'),
      this.#options.connectionInitMs,
    )
  }

  initialised(): void {
    clearTimeout(this.#initTimer)
    this.#initTimer = undefined
  }

  onMessage(take: (text: string) => Promise<void>): void {
    this.#take = take
  }

  /** Hands a message to graphql-ws. */
  receive(text: string): void {
    if (this.#initTimer && text.length > MAX_INIT_LENGTH) return this.close(CloseCode.BadRequest, INIT_TOO_LONG)
    this.pauseWhileUnread()
    this.receiving = text
    const taken = this.#take?.(withEmptyQuery(text))
    // the hook that uses the one and notes the other is called at once
    const { entering } = this
    this.entering = undefined
    this.receiving = ''
    taken?.then(
      () => entering?.enter(),
      (error: unknown) => this.#fail(error),
    )
  }

  /** Settles when the socket has taken the message, so that graphql-ws holds one message of an operation at most. */
  send(text: string): Promise<void> {
    const channel = this.#channel
    return new Promise((resolve) => {
      if (!channel.isOpen) return resolve()
      // one that cannot be written to is about to close, and tells by that
      channel.send(text, () => {
        this.#resumeWhenRead()
        resolve()
      })
    })
  }

  sendError(id: string, error: unknown): void {
    const payload = [toPublicError(error, this.#options.reportError).toJSON()]
    this.#options.countErrors(payload)
    this.send(stringifyMessage({ id, type: MessageType.Error, payload })).catch((failed: unknown) => this.#fail(failed))
  }

  close(code: number, reason: string): void {
    this.#channel.close(code, toCloseReason(reason))
  }

  terminate(): void {
    this.#channel.terminate()
  }

  /** Ends what was under way on the socket, which is closed. */
  ended(code: number, reason: string): void {
    this.initialised()
    this.#options.onEnd(this)
    this.#closed?.(code, reason).catch(this.#options.reportError)
  }

  /** Calls back when the socket is closed. */
  onceClosed(listener: () => void): void {
    this.#channel.onceClosed(listener)
  }

  sendNext(batch: Batch, idText: string): boolean {
    // not after the close frame
    if (this.#channel.isOpen) this.#channel.sendNext(batch, idText, this.liveOperations === 1)
    this.#rate.spend(batch.bytes)
    return this.isReady
  }

  get isReady(): boolean {
    return this.#channel.bufferedBytes < this.#options.maxBufferedBytes && !this.#rate.isOver
  }

  bufferedBytes(): number {
    return this.#channel.bufferedBytes + this.#rate.owedBytes
  }

  resumeWhenDrained(subscription: Subscription): void {
    this.#watchDrain().add(subscription)
  }

  forget(subscription: Subscription): void {
    this.#toResume?.delete(subscription)
  }

  pauseWhileUnread(): void {
    if (this.#channel.bufferedBytes <= this.#maxUnreadBytes) return
    this.#channel.pause()
    this.#watchDrain()
  }

  /**
   * Pings, and cuts off who is gone. A ping waits behind what the client has not read yet: only one that got away
   * counts, or a client that reads nothing at all.
   */
  keepAlive(): void {
    const { keepAliveMs, slowConsumerMs } = this.#options
    // a socket that is filled again before it is empty does not drain
    this.#resumeWhenRead()
    const { bufferedBytes } = this.#channel
    const isReading = bufferedBytes < this.#waitingBytes
    this.#waitingBytes = bufferedBytes
    const limitMs = bufferedBytes > 0 ? slowConsumerMs + 2 * keepAliveMs : keepAliveMs
    if (isReading) this.#unansweredMs = 0
    if (this.#unansweredMs >= limitMs) return this.#channel.terminate()
    if (this.#unansweredMs === 0) this.#channel.ping()
    this.#unansweredMs += keepAliveMs
  }

  /** Notes that the client lives. */
  answered(payload?: unknown): void {
    this.#unansweredMs = 0
    this.#channel.answered?.(payload)
  }

  get #maxUnreadBytes(): number {
    return this.#options.maxBufferedBytes + MAX_REPLY_BYTES
  }

  #resumeWhenRead(): void {
    if (this.#channel.isPaused && this.#channel.bufferedBytes <= this.#maxUnreadBytes) this.#channel.resume()
  }

  #watchDrain(): Set<Subscription> {
    if (this.#toResume) return this.#toResume
    const toResume = new Set<Subscription>()
    this.#channel.onDrain(() => {
      this.#resumeWhenRead()
      this.#resumeSubscriptions()
    })
    return (this.#toResume = toResume)
  }

  #resumeSubscriptions(): void {
    // in turn: those that fill the socket again come after those that have not had it
    for (const subscription of [...(this.#toResume ?? [])]) {
      if (!this.isReady) return
      this.#toResume?.delete(subscription)
      subscription.resume()
    }
  }

  #fail(error: unknown): void {
    if (error instanceof ConnectionRefused) return this.close(error.closeCode, error.message)
    if (isServerMessage(error)) return this.close(CloseCode.BadRequest, error.message)
    this.#options.reportError(error)
    this.#channel.close(CloseCode.InternalServerError, 'Internal server error')
  }
}

// the client's fault, which graphql-ws takes for one of its own
function isServerMessage(error: unknown): error is Error {
  return error instanceof Error && /^Unexpected message of type \w+ received$/.test(error.message)
}
