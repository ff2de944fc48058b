import type { RelayError } from '../../../errors.ts'
import type { Sink, Subscription } from '../../feed/sink.ts'
import type { SubscriptionSource } from '../sse/event-stream.ts'
import { createLogFrames, type LogFramesOptions } from './log-frames.ts'

/** How an event stream of a log is opened. */
export interface LogStreamOptions extends Omit<LogFramesOptions, 'isUpToDate'> {
  /** Begins to deliver. */
  readonly start: (sink: Sink) => Subscription
  /** Whether it begins where the log ends. */
  readonly isTail: boolean
  /** Calls back when nothing waits for it any more. */
  readonly onGone?: ((listener: () => void) => void) | undefined
}

/** After which a stream ends, in milliseconds, so that those who come back find what caches have by then. */
const LIFETIME_MS = 60_000

/**
 * Opens a log as an event stream. Settles when it has begun, so that what refuses it still has a status.
 *
 * @throws RelayError what refused or ended the subscription before
 */
export function openLogStream(options: LogStreamOptions): Promise<SubscriptionSource> {
  const { start, isTail, onGone, cursor, opened } = options
  return new Promise((resolve, reject) => {
    let stream: Sink | undefined
    let failure: RelayError | undefined
    let isCaughtUp = isTail
    const over = new AbortController()
    const tell = () => {
      const position = subscription.position()
      if (position !== undefined) stream?.begin?.(position)
    }
    const subscription = start({
      begin: () =>
        resolve({
          frames: createLogFrames({ cursor, opened, isUpToDate: () => isCaughtUp }),
          maxMs: LIFETIME_MS,
          start(sink) {
            stream = sink
            tell()
            // not before it is known to the caller what there is to end
            queueMicrotask(() => (failure ? sink.end(failure) : subscription.resume()))
            return subscription
          },
        }),
      isReady: () => stream?.isReady() ?? false,
      write: (batch) => stream?.write(batch) ?? false,
      bufferedBytes: () => stream?.bufferedBytes() ?? 0,
      end(error) {
        failure = error
        if (stream) stream.end(error)
        else reject(error)
      },
    })
    subscription.hold(() => over.abort())
    onGone?.(() => {
      if (!stream) subscription.close()
    })
    subscription.caughtUp(over.signal).then(
      () => {
        isCaughtUp = true
        tell()
      },
      // which ends it, or has ended it
      () => undefined,
    )
  })
}
