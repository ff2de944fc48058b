import type { Answer } from '../http/answer.ts'
import type { EventStreamSource, StreamChannel } from '../sse/event-stream.ts'
import { createStreamBody } from '../sse/stream-body.ts'

/** Begins to send an event stream. */
export type SendStream = (channel: StreamChannel, source: EventStreamSource) => unknown

/** The statuses that have no body. */
const WITHOUT_BODY = new Set([204, 304])

/** What an event stream is sent by. */
export interface StreamSending {
  /** Tells that the client is gone, where the body of the response is not cancelled then. */
  readonly signal: AbortSignal | undefined
  readonly send: SendStream
}

/** An answer as a `Response`. */
export function toResponse(answer: Answer, request: Request, sending?: StreamSending): Response {
  const { status, body = '', stream } = answer
  const headers = Object.entries(answer.headers)
    // how long a connection is kept is up to the runtime
    .filter(([name]) => name !== 'Connection')
    .map(([name, value]): [string, string] => [name, String(value)])
  if (request.method === 'HEAD' || WITHOUT_BODY.has(status)) return new Response(null, { status, headers })
  if (!stream) {
    // workerd would compress what is compressed
    const init = { status, headers, encodeBody: 'manual' }
    return new Response(typeof body === 'string' ? body : new Uint8Array(body), init)
  }
  const { channel, body: streamed } = createStreamBody(sending?.signal)
  sending?.send(channel, stream)
  return new Response(streamed, { status, headers })
}
