import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { ignoreError } from '../../errors.ts'
import { createHandler, type Handler } from '../../relay/handler.ts'
import { type HandlerOptions, settleHandlerOptions } from '../../relay/handler-options.ts'
import { textAnswer } from '../../relay/transport/http/answer.ts'
import { mountedUrl } from './entrance.ts'
import { startReporter } from './report-start.ts'
import { answerUpgrade } from './requests/refuse-upgrade.ts'
import { createMessageSockets } from './websocket/message-sockets.ts'

/** A relay for servers on Node that hand on a `Request` and take a `Response`. */
export interface FetchHandler extends Pick<Handler, 'fetch' | 'stats' | 'stop'> {
  /**
   * Makes a WebSocket of a connection, for the event `upgrade` of the server of `node:http` below. Gives `false`, and
   * leaves the socket open, where it is for a path outside of `basePath`. `principal` gets a `Request` here, too.
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean
}

const ignoreGone = ignoreError('the client is gone')

/**
 * A relay for frameworks on Node that know requests and responses alone, such as Hono. Where a server's own
 * `IncomingMessage` can be had, `createNodeHandler` delivers with less work.
 *
 * @throws RelayError `BAD_USER_INPUT` that names an option which is not known or not valid
 * @example
 * const relay = createFetchHandler({ mongoUri, basePath: '/changes', principal: (request) => sessionOf(request) })
 * app.all('/changes/*', (c) => relay.fetch(c.req.raw))
 */
export function createFetchHandler(options: HandlerOptions): FetchHandler {
  const handler = createHandler(options)
  const { basePath, relay } = settleHandlerOptions(options)
  const reportError = startReporter(relay.log)
  const sockets = createMessageSockets(relay.maxMessageBytes)
  return {
    fetch: handler.fetch,
    stats: handler.stats,
    stop: handler.stop,
    upgrade(incoming, below, head) {
      if (mountedUrl(incoming, basePath) === undefined) return false
      below.on('error', ignoreGone)
      upgrade(incoming, below, head).catch((error: unknown) => {
        // as a rejection of `fetch` tells it
        reportError(error)
        answerUpgrade(below, textAnswer(500))
      })
      return true
    },
  }

  async function upgrade(incoming: IncomingMessage, below: Duplex, head: Buffer): Promise<void> {
    const request = toRequest(incoming)
    if (!request) return answerUpgrade(below, textAnswer(400, 'Expected a path and a Host header that make a URL'))
    const connection = { address: incoming.socket.remoteAddress }
    const refused = await handler.refuseUpgrade(request, connection)
    if (refused) {
      const { status, headers } = refused
      return answerUpgrade(below, { status, headers: Object.fromEntries(headers), body: await refused.text() })
    }
    sockets.open(incoming, below, head, (socket) => handler.connect(request, socket, connection))
  }
}

function toRequest({ url = '/', headers }: IncomingMessage): Request | undefined {
  const base = `http://${headers.host ?? 'localhost'}`
  if (!URL.canParse(url, base)) return undefined
  const named = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)])
  return new Request(new URL(url, base), { headers: named })
}
