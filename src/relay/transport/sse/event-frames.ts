import type { Batch } from '../../feed/sink.ts'
import { endId } from './end-mark.ts'

/** How what a subscription delivers is written as server-sent events. */
export interface EventFrames {
  /** Writes a batch, with the position behind it. */
  writeBatch(batch: Batch, write: (data: Uint8Array | string) => void): void
  /** A position without a result; `undefined` where the client knows it already. */
  ofPosition(position: string): string | undefined
  /** The last of a stream that has failed. */
  ofFailure(error: unknown): string
  /**
   * The last of a stream whose time is over, at its position; absent where the client does not come back by itself, and
   * so has to hear of that as of an error.
   */
  ofLeave?(position: string | undefined): string
}

/** How the results of a GraphQL subscription are written. */
export interface GraphqlFrames {
  /** What tells the client of an error. */
  readonly toResult: (error: unknown) => object
  /** Whether the client comes back by itself, with the last `id:`, as an `EventSource` does. */
  readonly comesBack: boolean
}

/**
 * The distinct connections mode of the GraphQL over SSE protocol: `next` for each result, `complete` at the end.
 *
 * @see https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverSSE.md
 */
export function createGraphqlFrames({ toResult, comesBack }: GraphqlFrames): EventFrames {
  // what the client comes back with
  let lastId: string | undefined
  return {
    writeBatch(batch, write) {
      lastId = batch.tokens.at(-1)
      write(eventFrames(batch))
    },
    ofPosition(position) {
      if (position === lastId) return undefined
      lastId = position
      return positionFrame(position)
    },
    ofFailure: (error) => endFrames(toResult(error)),
    ...(comesBack ? { ofLeave: leaveFrame } : {}),
  }
}

const frames = new WeakMap<Batch, Buffer>()

/** A comment, which clients ignore: says that the connection lives. */
export const KEEP_ALIVE = ':\n\n'

/**
 * A position without a result: an `EventSource` that comes back sends it as `Last-Event-ID`. The data is empty, and not
 * absent, because some implementations pass over an `id:` alone; it has no name, because clients of GraphQL over SSE
 * refuse those that they do not know, and pass over events without a name and data.
 */
function positionFrame(position: string): string {
  return `id: ${position}\ndata:\n\n`
}

/** Has an `EventSource` wait for half a second to one and a half before it comes back, so that many do not at once. */
export function retryField(): string {
  return `retry: ${500 + Math.floor(Math.random() * 1_000)}\n`
}

/** The last of a stream that its client comes back to: where it is. */
function leaveFrame(position: string | undefined): string {
  return retryField() + (position === undefined ? '\n' : positionFrame(position))
}

/** The last event of a stream. */
const COMPLETE = 'event: complete\ndata:\n\n'

/**
 * A batch as server-sent events: `next` with the result, and with the resume token as `id:`, so that an `EventSource`
 * which reconnects sends it as `Last-Event-ID`.
 *
 * Cost: made once for all streams of a cohort.
 */
function eventFrames(batch: Batch): Buffer {
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

/** A result that is the last, and the end. */
export function endFrames(result: object): string {
  return resultFrame(result, endId(result)) + COMPLETE
}
