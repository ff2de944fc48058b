import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { RelayError } from '../../../errors.ts'
import type { Batch, Sink, Subscription } from '../../feed/sink.ts'
import type { OutputRate } from '../limits/output-rate.ts'
import { socketOf, whenOver } from '../http/when-over.ts'
import { endMark } from './end-mark.ts'
import { COMPLETE, eventFrames, KEEP_ALIVE, resultFrame } from './event-frames.ts'

/** What an event stream sends: one result, or a subscription's. */
export type EventStreamSource =
  | { readonly result: object }
  | { readonly start: (sink: Sink) => Subscription; readonly toResult: (error: unknown) => object }

/** How {@link sendEventStream} behaves. */
export interface EventStreamOptions {
  readonly headers: OutgoingHttpHeaders
  /** A comment is sent this often while the client keeps up. */
  readonly keepAliveMs: number
  /** How much may wait for a client that does not read, in bytes. */
  readonly maxBufferedBytes: number
  /** How long a client may read nothing of what waits for it, in milliseconds, before it is cut off. */
  readonly slowConsumerMs: number
  readonly outputRate: OutputRate
}

/** What keeps everything between the relay and its client from holding events back, or changing them. */
export const EVENT_STREAM_HEADERS: OutgoingHttpHeaders = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  // nginx, and those that do as it does, collect answers otherwise
  'X-Accel-Buffering': 'no',
}

function endFrames(result: object): string {
  return resultFrame(result, endMark(result)) + COMPLETE
}

/**
 * Writes results as server-sent events in the distinct connections mode of the GraphQL over SSE protocol: `next` for
 * each result, `complete` at the end.
 *
 * **Lifecycle**: settles when the results end or the client is gone; ends the subscription in both cases. A client that
 * takes nothing for `slowConsumerMs` and two to three intervals of keep-alive, whether or not so much waits that it
 * gets `SLOW_CONSUMER` before, is cut off, and can come back with its `Last-Event-ID`.
 *
 * @see https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverSSE.md
 */
export function sendEventStream(
  response: ServerResponse,
  source: EventStreamSource,
  { headers, keepAliveMs, maxBufferedBytes, slowConsumerMs, outputRate }: EventStreamOptions,
): Promise<void> {
  response.writeHead(200, { ...headers, ...EVENT_STREAM_HEADERS })
  response.socket?.setNoDelay(true)
  response.write(KEEP_ALIVE)
  if ('result' in source) {
    response.end(endFrames(source.result))
    return Promise.resolve()
  }
  // also one that waits behind another response of a connection that is closed
  if (response.destroyed || !socketOf(response)) return Promise.resolve()

  return new Promise((resolve) => {
    let subscription: Subscription | undefined
    let waitingBytes = 0
    let unreadMs = 0
    // behind another answer of its connection: what is written would be kept
    const isWaiting = () => response.socket === null
    const noteReading = () => {
      if (response.writableLength < waitingBytes || !response.writableNeedDrain) unreadMs = 0
      waitingBytes = response.writableLength
    }
    const timer = setInterval(() => {
      noteReading()
      if (isWaiting()) return
      if (!response.writableNeedDrain) response.write(KEEP_ALIVE)
      else if ((unreadMs += keepAliveMs) > slowConsumerMs + 2 * keepAliveMs) response.destroy()
    }, keepAliveMs)
    const end = (error: unknown) => {
      response.end(endFrames(source.toResult(error)))
      // a client that does not read would keep the connection for ever
      const cutOff = setTimeout(() => response.destroy(), keepAliveMs)
      whenOver(response, () => clearTimeout(cutOff))
      over()
    }
    const over = () => {
      clearInterval(timer)
      subscription?.close()
      resolve()
    }
    whenOver(response, over)
    const rate = outputRate.connect(() => subscription?.resume())
    const resume = () => {
      if (!rate.isOver) subscription?.resume()
    }
    response.on('drain', resume)
    response.on('socket', resume)
    try {
      const sink: Sink = {
        isReady: () => !isWaiting() && response.writableLength < maxBufferedBytes,
        write(batch: Batch) {
          noteReading()
          response.write(eventFrames(batch))
          waitingBytes = response.writableLength
          return response.writableLength < maxBufferedBytes
        },
        bufferedBytes: () => response.writableLength,
        end: (error: RelayError) => end(error),
      }
      subscription = source.start(rate.limit(sink))
    } catch (error) {
      end(error)
    }
  })
}
