import { RelayError } from '../../../errors.ts'
import type { Batch, Sink, Subscription } from '../../feed/sink.ts'
import type { LogMode } from './log-request.ts'

/** What one answer has of a log. */
export interface LogChunk {
  readonly batches: readonly Batch[]
  /** The position up to which it has everything. */
  readonly position: string
  /** Whether that is all that there was when it was made. */
  readonly isUpToDate: boolean
}

/** How a chunk is read. */
export interface ChunkOptions {
  readonly mode: LogMode
  /** Begins to deliver. */
  readonly start: (sink: Sink) => Subscription
  /** How long to wait, in milliseconds: for the first event, or for those that there are. */
  readonly waitMs: number
  /** Calls back when nothing waits for the chunk any more. */
  readonly onGone?: ((listener: () => void) => void) | undefined
}

/** A chunk is full when its events reach this many bytes. The last of its batches is whole all the same. */
export const CHUNK_BYTES = 262_144

/**
 * Reads what follows a position, up to a chunk: all that was acknowledged before the call, or, where there is none of
 * that and it is a long poll, the first that comes within the time. Ends where a batch does.
 *
 * Gives nothing when its caller has gone. An error that comes after events is left to the next request, which gets it
 * at once.
 *
 * @throws RelayError what ended the subscription
 */
export function readChunk({ mode, start, waitMs, onGone }: ChunkOptions): Promise<LogChunk | undefined> {
  return new Promise((resolve, reject) => {
    const batches: Batch[] = []
    const over = new AbortController()
    const { signal } = over
    let bytes = 0
    let isCaughtUp = false
    let isPlanned = false

    const settle = (give: () => void) => {
      if (signal.aborted) return
      over.abort()
      clearTimeout(timer)
      subscription?.close()
      give()
    }
    const answer = (failure?: RelayError) => {
      // which may give the last of it
      const reached = batches.length === 0 && !failure ? subscription?.position() : undefined
      const position = batches.at(-1)?.tokens.at(-1) ?? reached
      const isUpToDate = isCaughtUp && bytes < CHUNK_BYTES && !failure
      settle(() => {
        if (position !== undefined) resolve({ batches, position, isUpToDate })
        else reject(failure ?? new RelayError('UPSTREAM_FAILED', 'MongoDB cannot be reached'))
      })
    }
    // not amidst what is being given, and with all that is given together
    const plan = () => {
      if (isPlanned) return
      isPlanned = true
      queueMicrotask(() => answer())
    }
    const sink: Sink = {
      isReady: () => bytes < CHUNK_BYTES && !signal.aborted,
      write(batch) {
        batches.push(batch)
        bytes += batch.bytes
        if (isCaughtUp || bytes >= CHUNK_BYTES) plan()
        return bytes < CHUNK_BYTES
      },
      // what it has taken is what it answers with
      bufferedBytes: () => 0,
      end: (error) => answer(error),
    }
    const timer = setTimeout(() => answer(), waitMs)
    let subscription: Subscription | undefined
    try {
      subscription = start(sink)
    } catch (error) {
      return settle(() => reject(error))
    }
    onGone?.(() => settle(() => resolve(undefined)))
    subscription.caughtUp(signal).then(
      () => {
        isCaughtUp = true
        if (mode === 'catch-up' || batches.length > 0) plan()
      },
      (error: unknown) => settle(() => reject(error)),
    )
  })
}
