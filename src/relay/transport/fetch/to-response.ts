import type { Answer } from '../http/answer.ts'
import type { EventStreamSource, StreamChannel } from '../sse/event-stream.ts'
import { createStreamBody } from '../sse/stream-body.ts'

/** Begins to send an event stream. */
export type SendStream = (channel: StreamChannel, source: EventStreamSource) => unknown

/** The statuses that have no body. */
const WITHOUT_BODY = new Set([204, 304])

/** An answer as a `Response`. */
export function toResponse(answer: Answer, request: Request, sendStream?: SendStream): Response {
  const { status, body = '', stream } = answer
  const headers = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)])
  if (request.method === 'HEAD' || WITHOUT_BODY.has(status)) return new Response(null, { status, headers })
  if (!stream) return new Response(typeof body === 'string' ? body : new Uint8Array(body), { status, headers })
  const { channel, body: streamed } = createStreamBody(request.signal)
  sendStream?.(channel, stream)
  return new Response(streamed, { status, headers })
}
