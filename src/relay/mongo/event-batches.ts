import type { Readable } from 'node:stream'
import type { EventAssembler } from './event-fragments.ts'

/** Most events in a batch. */
const MAX_BATCH_EVENTS = 64

/** A batch is full when its events reach this many bytes. */
const MAX_BATCH_BYTES = 262_144

/** Reads a change stream in batches: what the driver has already is waited for once, not event by event. */
export interface EventBatches {
  /** Whether there is an event that has not been given yet. */
  readonly isHolding: boolean
  /**
   * The next events as BSON, at least one; `undefined` at the end of the stream. Call again only after it settled.
   *
   * @throws the stream's error, after the events before it
   */
  next(): Promise<readonly Uint8Array[] | undefined>
}

/**
 * Reads a driver's stream. Lazy: it flows from the first `next` on, and pauses while a full batch waits.
 *
 * **Cost**: holds a batch at most, besides what the driver holds.
 *
 * @param remaining how many documents of the server's last reply the stream has not given yet
 */
export function readBatches(readable: Readable, assembler: EventAssembler, remaining: () => number): EventBatches {
  let batch: Uint8Array[] = []
  let bytes = 0
  let isOver = false
  let failure: { readonly error: unknown } | undefined
  let wake = () => {}

  readable.pause()
  readable.on('data', (raw: Uint8Array) => {
    const whole = assembler.add(raw)
    if (whole) {
      batch.push(whole)
      bytes += whole.length
    }
    if (batch.length >= MAX_BATCH_EVENTS || bytes >= MAX_BATCH_BYTES) readable.pause()
    else if (remaining() > 0) return
    if (batch.length > 0) wake()
  })
  // heard after the last read as well: it would otherwise end the process
  readable.on('error', (error: unknown) => {
    failure ??= { error }
    end()
  })
  readable.on('end', end)
  readable.on('close', end)

  return {
    get isHolding() {
      return batch.length > 0 || readable.readableLength > 0 || assembler.isHolding
    },
    async next() {
      if (batch.length === 0 && !isOver) {
        await new Promise<void>((resolve) => {
          wake = resolve
          readable.resume()
        })
      }
      if (batch.length > 0) {
        const events = batch
        batch = []
        bytes = 0
        return events
      }
      if (failure) throw failure.error
      return undefined
    },
  }

  function end(): void {
    isOver = true
    wake()
  }
}
