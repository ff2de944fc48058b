import type { ServerResponse } from 'node:http'
import type { Answer } from '../../../relay/transport/http/answer.ts'
import type { EventStreams } from '../../../relay/transport/sse/event-streams.ts'
import type { Pipelines } from '../limits/pipelines.ts'
import { forgetRequest } from './http-request.ts'
import { responseChannel } from './response-channel.ts'

/** What answers are sent by. */
export interface SendOptions {
  readonly eventStreams: EventStreams
  readonly pipelines: Pipelines
  /** Whether anything else may ask for what a request was, after its answer has begun. */
  readonly keepsRequests: boolean
}

/** Sends an answer. Settles when it is on its way; an event stream, when that is over. */
export async function sendAnswer(response: ServerResponse, answer: Answer, options: SendOptions): Promise<void> {
  const { status, headers, body = '', stream } = answer
  if (stream && response.req.method !== 'HEAD') {
    response.writeHead(status, headers)
    // a socket of HTTP/2 is not one response's
    if (response.req.httpVersionMajor < 2) response.socket?.setNoDelay(true)
    if (!options.keepsRequests) forgetRequest(response.req)
    return options.eventStreams.send(responseChannel(response), stream)
  }
  if (status === 204 || status === 304 || stream) return void response.writeHead(status, headers).end()
  const bytes =
    typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  response.writeHead(status, { ...headers, 'Content-Length': bytes.length })
  options.pipelines.send(response, bytes)
}
