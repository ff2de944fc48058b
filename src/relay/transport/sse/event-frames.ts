import type { Batch } from '../../feed/sink.ts'

const frames = new WeakMap<Batch, Buffer>()

/** A comment, which clients ignore: says that the connection lives. */
export const KEEP_ALIVE = ':\n\n'

/**
 * A position without a result: an `EventSource` that comes back sends it as `Last-Event-ID`. The data is empty, and not
 * absent, because some implementations pass over an `id:` alone; it has no name, because clients of GraphQL over SSE
 * refuse those that they do not know, and pass over events without a name and data.
 */
export function positionFrame(position: string): string {
  return `id: ${position}\ndata:\n\n`
}

/**
 * The last of a stream that its client comes back to: where it is, and to wait for half a second to one and a half, so
 * that many do not come at once.
 */
export function leaveFrame(position: string | undefined): string {
  const retry = `retry: ${500 + Math.floor(Math.random() * 1_000)}\n`
  return position === undefined ? `${retry}\n` : retry + positionFrame(position)
}

/** The last event of a stream. */
export const COMPLETE = 'event: complete\ndata:\n\n'

/**
 * A batch as server-sent events: `next` with the result, and with the resume token as `id:`, so that an `EventSource`
 * which reconnects sends it as `Last-Event-ID`.
 *
 * Cost: made once for all streams of a cohort.
 */
export function eventFrames(batch: Batch): Buffer {
  const known = frames.get(batch)
  if (known) return known
  const made = Buffer.concat(
    batch.payloads.flatMap((payload, index) => [
      Buffer.from(`id: ${batch.tokens[index] ?? ''}\nevent: next\ndata: `),
      payload,
      Buffer.from('\n\n'),
    ]),
  )
  frames.set(batch, made)
  return made
}

/** One result as a server-sent event, with an `id:` where there is one. */
export function resultFrame(result: object, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: next\ndata: ${JSON.stringify(result)}\n\n`
}
