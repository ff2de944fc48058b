import { RelayError } from '../../errors.ts'
import type { Batch, Sink, Subscription } from './sink.ts'

/** A part of what follows a position. */
export interface Chunk {
  readonly batches: readonly Batch[]
  /** The position up to which it has everything. */
  readonly position: string
  /** Whether that is all that there was when it was made. */
  readonly isUpToDate: boolean
}

/** How a chunk is read. */
export interface ChunkOptions {
  /** Whether it is for the first event that it waits, where there is none. */
  readonly waitsForFirst: boolean
  /** Begins to deliver. */
  readonly start: (sink: Sink) => Subscription
  /** How long to wait, in milliseconds: for the first event, or for those that there are. */
  readonly waitMs: number
  /** Calls back when nothing waits for the chunk any more. */
  readonly onGone?: ((listener: () => void) => void) | undefined
  /** It is full when its events reach this many bytes. The last of its batches is whole all the same. */
  readonly maxBytes: number
  /** The same for their number. Default: no limit. */
  readonly maxEvents?: number
}

/**
 * Reads what follows a position, up to a chunk: all that was acknowledged before the call, or, where there is none of
 * that and it waits for one, the first that comes within the time. Ends where a batch does.
 *
 * Gives nothing when its caller has gone. An error that comes after events is left to the next request, which gets it
 * at once.
 *
 * @throws RelayError what ended the subscription
 */
export function readChunk(options: ChunkOptions): Promise<Chunk | undefined> {
  const { waitsForFirst, start, waitMs, onGone, maxBytes, maxEvents = Infinity } = options
  return new Promise((resolve, reject) => {
    const batches: Batch[] = []
    const over = new AbortController()
    const { signal } = over
    let bytes = 0
    let events = 0
    let isCaughtUp = false
    let isPlanned = false
    const isFull = () => bytes >= maxBytes || events >= maxEvents

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
      const isUpToDate = isCaughtUp && !isFull() && !failure
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
      isReady: () => !isFull() && !signal.aborted,
      write(batch) {
        batches.push(batch)
        bytes += batch.bytes
        events += batch.payloads.length
        if (isCaughtUp || isFull()) plan()
        return !isFull()
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
        if (!waitsForFirst || batches.length > 0) plan()
      },
      (error: unknown) => settle(() => reject(error)),
    )
  })
}
