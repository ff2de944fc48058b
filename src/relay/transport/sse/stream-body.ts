import type { StreamChannel } from './event-stream.ts'

/** A channel that is the body of a `Response`. */
export interface StreamBody {
  readonly channel: StreamChannel
  readonly body: ReadableStream<Uint8Array>
}

/** How much waits in the stream before it counts as full, in bytes. */
const HIGH_WATER_BYTES = 16_384

const encoder = new TextEncoder()

/**
 * A channel for runtimes that send a stream of the web's kind, and read from it as fast as the client does.
 *
 * @param signal tells that the client is gone, for runtimes that do not cancel the stream
 */
export function createStreamBody(signal: AbortSignal | undefined): StreamBody {
  const overListeners = new Set<() => void>()
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  let makeRoom = () => {}
  let isEnding = false
  let isOver = false

  const over = () => {
    if (isOver) return
    isOver = true
    signal?.removeEventListener('abort', gone)
    for (const listener of overListeners) listener()
    overListeners.clear()
  }
  // nothing reads it any more, so that this is no error
  const gone = () => {
    if (isOver) return
    controller?.close()
    over()
  }
  const destroy = () => {
    if (isOver) return
    controller?.error(new Error('The client does not read'))
    over()
  }
  const write = (data: string | Uint8Array) => {
    if (!isOver) controller?.enqueue(typeof data === 'string' ? encoder.encode(data) : data)
  }
  const queuedBytes = () => (isOver ? 0 : HIGH_WATER_BYTES - (controller?.desiredSize ?? 0))
  // at once, when all of it has been read
  const finish = () => {
    if (isOver || queuedBytes() > 0) return
    controller?.close()
    over()
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start: (given) => void (controller = given),
      pull: () => (isEnding ? finish() : makeRoom()),
      cancel: over,
    },
    { highWaterMark: HIGH_WATER_BYTES, size: (chunk) => chunk?.byteLength ?? 0 },
  )
  if (signal?.aborted) over()
  signal?.addEventListener('abort', gone)

  return {
    body,
    channel: {
      get isOver() {
        return isOver
      },
      isBlocked: false,
      get bufferedBytes() {
        return queuedBytes()
      },
      get isFull() {
        return queuedBytes() >= HIGH_WATER_BYTES
      },
      write,
      end(data) {
        write(data)
        isEnding = true
        finish()
      },
      destroy,
      onRoom: (listener) => void (makeRoom = listener),
      onOver(listener) {
        if (isOver) listener()
        else overListeners.add(listener)
      },
    },
  }
}
