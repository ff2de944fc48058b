import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { ignoreError } from '../../errors.ts'
import type { RelayValues } from '../../relay/options/values.ts'
import { refusalAnswer, textAnswer } from '../../relay/transport/http/answer.ts'
import type { Asked } from '../../relay/transport/http/asked.ts'
import { badRequest, type Refusal } from '../../relay/transport/http/requests/refusal.ts'
import type { Router } from '../../relay/transport/http/router.ts'
import { type ClientAddress, countedAddress } from '../../relay/transport/limits/client-address.ts'
import type { EventStreams } from '../../relay/transport/sse/event-streams.ts'
import { addressOf } from './limits/address-of.ts'
import { type ConnectionLimits, limitConnections } from './limits/connections.ts'
import { limitPipelines } from './limits/pipelines.ts'
import { HttpRequest } from './requests/http-request.ts'
import { refuseUpgrade } from './requests/refuse-upgrade.ts'
import { readRequestBody } from './requests/request-body.ts'
import { settleTarget } from './requests/request-target.ts'
import { sendAnswer } from './requests/send-answer.ts'
import { whenOver } from './requests/when-over.ts'

/** What the HTTP server hands requests to. */
export interface HttpServerOptions {
  readonly router: Router
  readonly eventStreams: EventStreams
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer, address: string) => void
  /**
   * Largest request line with all headers, in bytes. A `Last-Event-ID`, or a query by GET, can be as long as a message.
   */
  readonly maxHeaderBytes: number
  readonly limits: HttpLimits
  readonly clients: ClientAddress
  readonly reportError: (error: unknown) => void
  /** Notes in the log that a limit refused a caller. */
  readonly noteLimit: (message: string) => void
}

/** How many HTTP clients there may be, and how long they may take. */
export type HttpLimits = ConnectionLimits &
  Pick<
    RelayValues,
    | 'headersTimeoutMs'
    | 'requestTimeoutMs'
    | 'keepAliveTimeoutMs'
    | 'maxBufferedBytes'
    | 'maxSubscriptionsPerConnection'
  >

/** How often Node looks for clients that take too long, at the least, in milliseconds. */
const MAX_CHECKING_MS = 5_000

// one for all sockets, because there are many
const ignoreGone = ignoreError('the client is gone')

/** A server that hands requests to a router. Not listening yet. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { router, eventStreams, upgrade, maxHeaderBytes, limits, clients, reportError, noteLimit } = options
  const { headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs } = limits
  const settings = {
    IncomingMessage: HttpRequest,
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: headersTimeoutMs,
    // Node takes nothing less
    requestTimeout: Math.max(requestTimeoutMs, headersTimeoutMs),
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(headersTimeoutMs, MAX_CHECKING_MS),
  }
  const pipelines = limitPipelines({
    maxOperations: limits.maxSubscriptionsPerConnection,
    maxBufferedBytes: limits.maxBufferedBytes,
    noteLimit,
  })
  const server = createServer(settings, (request, response) => {
    // Node's parser loses what comes behind an offer to upgrade in the same packet: who sent that is to ask anew
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false
    // what nothing begins to read in this turn is thrown away: Node would keep it in the pieces that it came in
    request.resume()
    answer(request, response).catch((error: unknown) => {
      // a client that goes away while it is answered is no error
      if (response.destroyed) return
      reportError(error)
      if (response.headersSent) response.destroy()
      else sendAnswer(response, textAnswer(500), { eventStreams, pipelines }).catch(reportError)
    })
  })
  const places = limitConnections(server, limits, clients, noteLimit)
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // behind an answer that is still being sent, Node would put it amidst this one; who asks may go on without it (RFC
    // 9110 10.1.1)
    if (response.socket) response.writeContinue()
    server.emit('request', request, response)
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', ignoreGone)
    const asked = enter(request)
    const refusal =
      asked.misplaced ??
      router.refuseUpgrade(asked) ??
      places.admit(request, (release) => socket.once('close', release))
    if (refusal) refuseUpgrade(socket, refusal)
    else upgrade(request, socket, head, asked.address)
  })
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', ignoreGone)
    refuseUpgrade(socket, {
      ...badRequest('The relay is no proxy'),
      status: 405,
      headers: { Allow: 'GET, HEAD, POST' },
    })
  })
  return server

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = places.admit(request, (release) => whenOver(response, release))
    const asked = enter(request)
    const admit = () => pipelines.admit(response)
    const onGone = (listener: () => void) => whenOver(response, listener)
    const made = refusal ? refusalAnswer(refusal) : await router.route({ ...asked, admit, onGone }, asked.misplaced)
    return sendAnswer(response, made, { eventStreams, pipelines })
  }

  /** Makes of any request one that the router can take, or says why that cannot be. */
  function enter(request: IncomingMessage): Asked & { readonly misplaced: Refusal | undefined } {
    const { headers, socket } = request
    if (headers['x-forwarded-host'] !== undefined && !clients.isProxy(addressOf(socket))) {
      delete headers['x-forwarded-host']
    }
    const misplaced = settleTarget(request)
    return {
      misplaced,
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers,
      address: countedAddress(clients.of(addressOf(socket), headers)),
      readBody: (maxBytes) => readRequestBody(request, maxBytes),
    }
  }
}
