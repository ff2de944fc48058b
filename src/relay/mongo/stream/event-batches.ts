import type { Readable } from 'node:stream'
import type { ServerToken } from '../../changes/tokens/resume-token.ts'
import type { EventAssembler } from './event-fragments.ts'

/** Most events in a batch. */
const MAX_BATCH_EVENTS = 64

/** A batch is full when its events reach this many bytes. */
const MAX_BATCH_BYTES = 262_144

/** What a server says: events as BSON, at least one, or the position up to which there are no more. */
export type Intake = { readonly events: readonly Uint8Array[] } | { readonly idleAt: ServerToken }

/** Reads a change stream in batches: what the driver has already is waited for once, not event by event. */
export interface EventBatches {
  /** Notes that a reply had no event, and the position that it has. */
  noteIdle(token: ServerToken): void
  /**
   * What the server says next, in order; `undefined` at the end of the stream. Call again only after it settled.
   *
   * @throws the stream's error, after the events before it
   */
  next(): Promise<Intake | undefined>
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
  let idleAt: ServerToken | undefined
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

  const isHolding = () => batch.length > 0 || readable.readableLength > 0 || assembler.isHolding

  return {
    noteIdle(token) {
      // what is held comes before
      if (isHolding()) return
      idleAt = token
      wake()
    },
    async next() {
      if (batch.length === 0 && idleAt === undefined && !isOver) {
        await new Promise<void>((resolve) => {
          wake = resolve
          readable.resume()
        })
      }
      const idle = idleAt
      idleAt = undefined
      if (batch.length > 0) {
        const events = batch
        batch = []
        bytes = 0
        return { events }
      }
      if (idle) return { idleAt: idle }
      if (failure) throw failure.error
      return undefined
    },
  }

  function end(): void {
    isOver = true
    wake()
  }
}
