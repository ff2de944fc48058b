import { RelayError } from '../../../errors.ts'
import type { Batch } from '../../feed/sink.ts'
import { type EventFrames, retryField } from '../sse/event-frames.ts'
import { toCursor } from './log-cursor.ts'

/** What a log's event stream says besides the events. */
export interface LogFramesOptions {
  readonly cursor: number | undefined
  /** A token as a server made it. */
  readonly opened: (token: string) => string
  /** Whether all has been sent that there is. */
  readonly isUpToDate: () => boolean
}

const frames = new WeakMap<Batch, Buffer>()

/**
 * A log as server-sent events: `data` with an array of events, one in a line, and `control` with the position behind
 * it. The position is the `id:`, too, so that an `EventSource` comes back with it.
 *
 * What ends one with an error is a comment in it; the client hears of it when it asks again.
 *
 * @see https://github.com/durable-streams/durable-streams/blob/main/PROTOCOL.md "Read Stream - Live (SSE)"
 */
export function createLogFrames({ cursor, opened, isUpToDate }: LogFramesOptions): EventFrames {
  let last = ''
  const control = (position: string) => {
    const streamCursor = toCursor(opened(position), cursor)
    const state = { streamNextOffset: position, streamCursor, ...(isUpToDate() ? { upToDate: true } : {}) }
    return (last = `id: ${position}\nevent: control\ndata: ${JSON.stringify(state)}\n\n`)
  }
  const news = (position: string) => {
    const before = last
    const frame = control(position)
    return frame === before ? undefined : frame
  }
  return {
    writeBatch(batch, write) {
      write(dataFrame(batch))
      const position = batch.tokens.at(-1)
      if (position !== undefined) write(control(position))
    },
    ofPosition: news,
    ofFailure: (error) => `${retryField()}: ${error instanceof RelayError ? error.code : 'Unexpected error'}\n\n`,
    ofLeave: (position) => retryField() + ((position === undefined ? undefined : news(position)) ?? '\n'),
  }
}

// made once for all streams of a cohort
function dataFrame(batch: Batch): Buffer {
  const known = frames.get(batch)
  if (known) return known
  const made = Buffer.concat([
    Buffer.from('event: data\ndata: [\n'),
    ...batch.payloads.flatMap((event, index) => [Buffer.from(index === 0 ? 'data: ' : ',\ndata: '), event]),
    Buffer.from('\ndata: ]\n\n'),
  ])
  frames.set(batch, made)
  return made
}
