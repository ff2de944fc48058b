import { RelayError } from '../../../errors.ts'
import { onAbort } from '../../../util/waiting/on-abort.ts'
import { createQueue } from '../../../util/waiting/queue.ts'
import type { Batch, Sink, Subscription } from '../../feed/sink.ts'

/** An event as its subscriber may see it. */
export interface SeenEvent {
  /** The event as BSON. */
  readonly bytes: Buffer
  readonly resumeToken: string
}

/** What is iterated over. */
export interface IterationOptions<T> {
  /** Checks what is asked for, and gives what delivers it. Called with the first `next()`. */
  readonly open: () => ((sink: Sink) => Subscription) | Promise<(sink: Sink) => Subscription>
  /** What the reader gets for an event. */
  readonly toValue: (event: SeenEvent) => T
  /** How much may wait for the reader before the subscription stands still, in bytes. */
  readonly maxBufferedBytes: number
  readonly signal?: AbortSignal | undefined
}

/**
 * A subscription that is read by iterating over it.
 *
 * **Lifecycle**: begins with the first `next()`, so that one which is not read costs nothing; ends at once with
 * `return()`, also while a `next()` waits, and with the signal, whose reason it throws. **Delivery**: what has arrived
 * is read before an error is thrown. A reader that is behind makes the subscription stand still, as a client's full
 * socket does.
 *
 * @throws RelayError (from `next()`) what ended the subscription, with the position to continue from
 */
export function iterateChanges<T>(options: IterationOptions<T>): AsyncIterableIterator<T, undefined> {
  const { open, toValue, maxBufferedBytes, signal } = options
  let subscription: Subscription | undefined
  let waitingBytes = 0
  let isFull = false
  let isOver = false
  let ignoreAbort = () => {}

  const queue = createQueue<SeenEvent>({
    onStart() {
      const abort = () => queue.abort(signal?.reason)
      if (signal?.aborted) return abort()
      if (signal) ignoreAbort = onAbort(signal, abort)
      void begin()
    },
    onEmpty: () => undefined,
    onOver() {
      isOver = true
      ignoreAbort()
      subscription?.close()
    },
  })
  const sink: Sink = {
    isReady: () => !isFull,
    write({ payloads, tokens, bytes }: Batch) {
      waitingBytes += bytes
      isFull = waitingBytes >= maxBufferedBytes
      payloads.forEach((payload, index) => queue.push({ bytes: payload, resumeToken: tokens[index] ?? '' }))
      return !isFull
    },
    bufferedBytes: () => waitingBytes,
    end: (error) => queue.end({ error }),
  }

  return {
    async next() {
      const { done, value } = await queue.next()
      if (done) return { done, value }
      waitingBytes -= value.bytes.length
      // not for each event: the next ones are read from the log together
      if (isFull && waitingBytes <= maxBufferedBytes / 2) {
        isFull = false
        subscription?.resume()
      }
      return { done: false, value: read(value) }
    },
    async return() {
      await queue.return()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }

  async function begin(): Promise<void> {
    try {
      const start = await open()
      if (!isOver) subscription = start(sink)
    } catch (error) {
      queue.end({ error })
    }
  }

  function read(event: SeenEvent): T {
    try {
      return toValue(event)
    } catch (cause) {
      void queue.return()
      // the event's own position, so that to continue from there gets past it
      const { resumeToken } = event
      throw new RelayError('UPSTREAM_FAILED', 'An event cannot be read as BSON', { cause, resumeToken })
    }
  }
}
