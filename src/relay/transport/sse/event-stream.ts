import type { Batch, Sink, Subscription } from '../../feed/sink.ts'
import type { AnswerHeaders } from '../http/headers.ts'
import { lifetimeMs, lifetimeOver } from '../limits/lifetime.ts'
import type { OutputRate } from '../limits/output-rate.ts'
import { endFrames, type EventFrames, KEEP_ALIVE } from './event-frames.ts'

/** What an event stream sends: one result, or a subscription's. */
export type EventStreamSource = { readonly result: object } | SubscriptionSource

/** A subscription that an event stream sends. */
export interface SubscriptionSource {
  readonly start: (sink: Sink) => Subscription
  readonly frames: EventFrames
  /** How long it may last, in milliseconds, besides the limit on all. Default: for ever. */
  readonly maxMs?: number | undefined
}

/** How {@link sendEventStream} behaves. */
export interface EventStreamOptions {
  /** A comment, or the position where that has moved on, is sent this often while the client keeps up. */
  readonly keepAliveMs: number
  /** How much may wait for a client that does not read, in bytes. */
  readonly maxBufferedBytes: number
  /** How long a client may read nothing of what waits for it, in milliseconds, before it is cut off. */
  readonly slowConsumerMs: number
  /** How long it may last, in milliseconds. Default: for ever. */
  readonly maxStreamMs?: number | undefined
  readonly outputRate: OutputRate
}

/** Where an event stream is written to: the body of an answer, whatever runtime sends it. */
export interface StreamChannel {
  /** Whether nothing is sent any more: the client is gone, or the stream has ended. */
  readonly isOver: boolean
  /** Whether what is written would only be kept, because another answer on its connection comes before. */
  readonly isBlocked: boolean
  /** How many bytes wait for the client to read them. */
  readonly bufferedBytes: number
  /** Whether so much waits that the runtime advises to write no more. */
  readonly isFull: boolean
  write(data: string | Uint8Array): void
  /** Writes the last of it. */
  end(data: string): void
  /** Cuts the client off. */
  destroy(): void
  /** Calls back whenever there is room after it was full or blocked. */
  onRoom(listener: () => void): void
  /** Calls back once, when it is over; at once when it is already. */
  onOver(listener: () => void): void
}

/** What keeps everything between the relay and its client from holding events back, or changing them. */
export const EVENT_STREAM_HEADERS: AnswerHeaders = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  // nginx, and those that do as it does, collect answers otherwise
  'X-Accel-Buffering': 'no',
}

/**
 * Writes what a subscription delivers as server-sent events. An `EventSource` has a position from the start of the
 * subscription on, and the last one whenever it is cut off, whether or not anything has matched.
 *
 * **Lifecycle**: settles when the results end or the client is gone; ends the subscription in both cases. A client that
 * takes nothing for `slowConsumerMs` and two to three intervals of keep-alive, whether or not so much waits that it
 * gets `SLOW_CONSUMER` before, is cut off, and can come back with its `Last-Event-ID`. After `maxStreamMs` at most the
 * stream ends.
 */
export function sendEventStream(
  channel: StreamChannel,
  source: EventStreamSource,
  { keepAliveMs, maxBufferedBytes, maxStreamMs, slowConsumerMs, outputRate }: EventStreamOptions,
): Promise<void> {
  channel.write(KEEP_ALIVE)
  if ('result' in source) {
    channel.end(endFrames(source.result))
    return Promise.resolve()
  }
  if (channel.isOver) return Promise.resolve()

  return new Promise((resolve) => {
    let subscription: Subscription | undefined
    let waitingBytes = 0
    let unreadMs = 0
    const { frames, maxMs = Infinity } = source
    const noteReading = () => {
      if (channel.bufferedBytes < waitingBytes || !channel.isFull) unreadMs = 0
      waitingBytes = channel.bufferedBytes
    }
    const sendPosition = (position: string | undefined) => {
      channel.write((position === undefined ? undefined : frames.ofPosition(position)) ?? KEEP_ALIVE)
    }
    const timer = setInterval(() => {
      noteReading()
      if (channel.isBlocked) return
      if (!channel.isFull) sendPosition(subscription?.position())
      else if ((unreadMs += keepAliveMs) > slowConsumerMs + 2 * keepAliveMs) channel.destroy()
    }, keepAliveMs)
    const longestMs = Math.min(maxMs, maxStreamMs ?? Infinity)
    const lifetime = longestMs === Infinity ? undefined : setTimeout(() => leave(), lifetimeMs(longestMs))
    const end = (last: string) => {
      channel.end(last)
      // a client that does not read would keep the connection for ever
      const cutOff = setTimeout(() => channel.destroy(), keepAliveMs)
      channel.onOver(() => clearTimeout(cutOff))
      over()
    }
    // one that would come back without its position has to hear of it
    const leave = () => {
      if (frames.ofLeave) end(frames.ofLeave(subscription?.position()))
      else subscription?.end(lifetimeOver())
    }
    const fail = (error: unknown) => end(frames.ofFailure(error))
    const over = () => {
      clearInterval(timer)
      clearTimeout(lifetime)
      subscription?.close()
      resolve()
    }
    channel.onOver(over)
    const rate = outputRate.connect(() => subscription?.resume())
    channel.onRoom(() => {
      if (!rate.isOver) subscription?.resume()
    })
    try {
      const sink: Sink = {
        begin: sendPosition,
        isReady: () => !channel.isBlocked && channel.bufferedBytes < maxBufferedBytes,
        write(batch: Batch) {
          noteReading()
          frames.writeBatch(batch, (data) => channel.write(data))
          waitingBytes = channel.bufferedBytes
          return waitingBytes < maxBufferedBytes
        },
        bufferedBytes: () => channel.bufferedBytes,
        end: fail,
      }
      subscription = source.start(rate.limit(sink))
    } catch (error) {
      fail(error)
    }
  })
}
