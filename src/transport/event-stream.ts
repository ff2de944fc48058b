import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { ExecutionResult, GraphQLError } from 'graphql'

/** What an event stream sends, and how. */
export interface EventStreamSource {
  readonly results: AsyncIterator<ExecutionResult>
  /** The resume token of the result that was taken last; absent before the first event. */
  readonly position: () => string | undefined
  /** What the client may see of an error that ends the results. */
  readonly toPublicError: (error: unknown) => GraphQLError
}

/** A comment, which clients ignore: says that the connection lives. */
const KEEP_ALIVE = ':\n\n'

/** So many intervals of keep-alive without progress end a stream. */
const MAX_UNREAD_INTERVALS = 2

/** A frame goes out in parts of this size, in bytes, so that a slow client's progress shows. */
const PART_BYTES = 65_536

/**
 * Writes results as server-sent events in the distinct connections mode of the GraphQL over SSE protocol: `next` for each
 * result, `complete` at the end; an error that ends the results is the last `next`. Each `next` carries the event's resume
 * token as `id:`, so that an `EventSource` which reconnects sends it as `Last-Event-ID`.
 *
 * **Lifecycle**: returns when the results end or the client is gone; ends the results in both cases. Takes a result only
 * when the client has taken the one before. A client that takes nothing for two to three intervals of keep-alive is cut
 * off, and can come back with its `Last-Event-ID`.
 *
 * @param keepAliveMs a comment is sent this often while the client keeps up
 * @see https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverSSE.md
 */
export async function sendEventStream(
  response: ServerResponse,
  source: EventStreamSource,
  headers: OutgoingHttpHeaders,
  keepAliveMs: number,
): Promise<void> {
  const { results, position, toPublicError } = source
  const closed = new Promise<void>((resolve) => {
    if (response.destroyed) resolve()
    else response.once('close', resolve)
  })
  // ends a wait for the next result, too
  void closed.then(() => results.return?.())
  response.writeHead(200, { ...headers, 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
  response.socket?.setNoDelay(true)
  response.write(KEEP_ALIVE)
  let unreadIntervals = 0
  response.on('drain', () => (unreadIntervals = 0))
  const timer = setInterval(() => {
    if (!response.writableNeedDrain) response.write(KEEP_ALIVE)
    else if (++unreadIntervals > MAX_UNREAD_INTERVALS) response.destroy()
  }, keepAliveMs)
  try {
    for (let next = await results.next(); !next.done; next = await results.next()) {
      for (const part of toParts(toFrame(next.value, position()))) {
        if (response.destroyed) return
        if (response.write(part)) continue
        await Promise.race([closed, new Promise((resolve) => response.once('drain', resolve))])
      }
      if (response.destroyed) return
    }
  } catch (error) {
    if (!response.destroyed) response.write(toFrame({ errors: [toPublicError(error)] }, position()))
  } finally {
    clearInterval(timer)
    // its `close` ends the results, also when one of them could not be written
    if (!response.destroyed) response.end('event: complete\ndata:\n\n')
  }
}

function* toParts(frame: string): Generator<string | Buffer, void, void> {
  if (frame.length <= PART_BYTES) return yield frame
  const bytes = Buffer.from(frame)
  for (let at = 0; at < bytes.length; at += PART_BYTES) yield bytes.subarray(at, at + PART_BYTES)
}

function toFrame({ errors, ...result }: ExecutionResult, id: string | undefined): string {
  const data = JSON.stringify(errors ? { ...result, errors: errors.map(toFormatted) } : result)
  return `${id === undefined ? '' : `id: ${id}\n`}event: next\ndata: ${data}\n\n`
}

// Yoga notes the HTTP status that an error asks for among its extensions
function toFormatted(error: GraphQLError): object {
  const { extensions, ...formatted } = error.toJSON()
  const { http: _http, unexpected: _unexpected, ...rest } = extensions ?? {}
  return Object.keys(rest).length === 0 ? formatted : { ...formatted, extensions: rest }
}
