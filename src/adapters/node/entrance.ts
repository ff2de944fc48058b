import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { ignoreError } from '../../errors.ts'
import type { Core } from '../../relay/core.ts'
import type { RelayValues } from '../../relay/options/values.ts'
import { textAnswer } from '../../relay/transport/http/answer.ts'
import type { Asked } from '../../relay/transport/http/asked.ts'
import { urlBelow } from '../../relay/transport/http/base-path.ts'
import type { Refusal } from '../../relay/transport/http/requests/refusal.ts'
import { type ClientAddress, countedAddress } from '../../relay/transport/limits/client-address.ts'
import { addressOf } from './limits/address-of.ts'
import { admitRequests, type AdmitRequest } from './limits/connections.ts'
import { limitPipelines } from './limits/pipelines.ts'
import { refuseUpgrade } from './requests/refuse-upgrade.ts'
import { readRequestBody } from './requests/request-body.ts'
import { settleTarget } from './requests/request-target.ts'
import { sendAnswer } from './requests/send-answer.ts'
import { whenOver } from './requests/when-over.ts'
import type { Upgrades } from './websocket/upgrades.ts'

/** What requests and upgrades of a server of `node:http` are handed to. */
export interface Entrance {
  request(request: IncomingMessage, response: ServerResponse): void
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

/** What an entrance leads to. */
export interface EntranceOptions {
  readonly core: Core
  readonly upgrades: Upgrades
  readonly limits: Pick<RelayValues, 'maxBufferedBytes' | 'maxSubscriptionsPerConnection'>
  readonly clients: ClientAddress
  /** Counts the connections, where the server is the relay's own. Absent: it is somebody else's. */
  readonly admit?: AdmitRequest
  /** The path that the relay is mounted under; empty: none. */
  readonly basePath?: string
}

/** A request, with why it cannot be served whatever it asks for. */
type Entered = Asked & { readonly misplaced: Refusal | undefined }

// one for all sockets, because there are many
const ignoreGone = ignoreError('the client is gone')

/** Leads requests from a server of Node's to a relay, and its answers back. */
export function createEntrance({
  core,
  upgrades,
  limits,
  clients,
  basePath = '',
  ...options
}: EntranceOptions): Entrance {
  const { router, eventStreams, reportError, noteLimit } = core
  const isOwn = options.admit !== undefined
  const { admit: admitConnection = admitRequests(core.places, clients) } = options
  const pipelines = limitPipelines({
    maxOperations: limits.maxSubscriptionsPerConnection,
    maxBufferedBytes: limits.maxBufferedBytes,
    noteLimit,
  })
  const sending = { eventStreams, pipelines, keepsRequests: !isOwn }
  const enter = isOwn ? enterOwn : enterMounted

  return {
    request(request, response) {
      answer(request, response).catch((error: unknown) => {
        // a client that goes away while it is answered is no error
        if (response.destroyed) return
        reportError(error)
        if (response.headersSent) response.destroy()
        else sendAnswer(response, textAnswer(500), sending).catch(reportError)
      })
    },
    upgrade(request, socket, head) {
      socket.on('error', ignoreGone)
      const asked = enter(request)
      const refusal =
        asked.misplaced ??
        router.refuseUpgrade(asked) ??
        admitConnection(request, (release) => socket.once('close', release))
      if (refusal) refuseUpgrade(socket, refusal)
      else upgrades.upgrade(request, socket, head, asked)
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = admitConnection(request, (release) => whenOver(response, release))
    const asked = enter(request)
    const admit = () => pipelines.admit(response)
    const onGone = (listener: () => void) => whenOver(response, listener)
    const made = refusal
      ? core.refuse(refusal, request.headers)
      : await router.route({ ...asked, admit, onGone }, asked.misplaced)
    return sendAnswer(response, made, sending)
  }

  /** Makes of any request one that the router can take, or says why that cannot be. */
  function enterOwn(request: IncomingMessage): Entered {
    const misplaced = settle(request, request.socket)
    return { ...toAsked(request, request.headers), url: request.url ?? '/', misplaced }
  }

  /** The same of a request that others look at, too, which stays as it is. */
  function enterMounted(request: IncomingMessage & { readonly originalUrl?: string }): Entered {
    const { rawHeaders, httpVersion, method, socket } = request
    const headers = { ...request.headers }
    // what HTTP/2 has in its place
    const { ':authority': authority } = headers as { readonly ':authority'?: string }
    headers.host ??= authority
    const target = { rawHeaders, httpVersion, method, headers, url: mountedUrl(request, basePath) }
    const misplaced = settle(target, socket)
    return { ...toAsked(request, headers), url: target.url ?? '/', misplaced, request }
  }

  function settle(target: Parameters<typeof settleTarget>[0], socket: IncomingMessage['socket']): Refusal | undefined {
    const { headers } = target
    if (headers['x-forwarded-host'] !== undefined && !clients.isProxy(addressOf(socket))) {
      delete headers['x-forwarded-host']
    }
    return settleTarget(target)
  }

  function toAsked(request: IncomingMessage, headers: IncomingMessage['headers']): Omit<Asked, 'url'> {
    return {
      method: request.method ?? 'GET',
      headers,
      address: countedAddress(clients.of(addressOf(request.socket), headers)),
      readBody: (maxBytes) => readRequestBody(request, maxBytes),
    }
  }
}

/**
 * What a request asks for below the path that the relay is mounted under; `undefined` where it asks for something else.
 * A server that has cut off that path already, as Express does, needs no `basePath`, except for its upgrades.
 */
export function mountedUrl(request: IncomingMessage, basePath: string): string | undefined {
  if (basePath === '') return request.url
  const { originalUrl = request.url ?? '' } = request as { readonly originalUrl?: string }
  // proxies may send a whole URL
  const [authority = ''] = /^https?:\/\/[^/?#]*/i.exec(originalUrl) ?? []
  const below = urlBelow(originalUrl.slice(authority.length), basePath)
  return below === undefined ? undefined : authority + below
}
