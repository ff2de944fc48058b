import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { ignoreError } from '../../errors.ts'
import type { Core } from '../../relay/core.ts'
import { type Handler, openCore } from '../../relay/handler.ts'
import { type HandlerOptions, settleHandlerOptions } from '../../relay/handler-options.ts'
import { type Answer, refusalAnswer, textAnswer } from '../../relay/transport/http/answer.ts'
import { createClientAddress } from '../../relay/transport/limits/client-address.ts'
import { lazily } from '../../util/waiting/lazily.ts'
import { createEntrance, type Entrance, mountedUrl } from './entrance.ts'
import { startReporter } from './report-start.ts'
import { answerUpgrade } from './requests/refuse-upgrade.ts'
import { createUpgrades, type Upgrades } from './websocket/upgrades.ts'

export { createFetchHandler, type FetchHandler } from './fetch-handler.ts'

/** A relay for somebody else's server of `node:http`. */
export interface NodeHandler extends Pick<Handler, 'stats' | 'stop'> {
  /**
   * Answers a request. Gives `false`, and leaves it to `next`, where it is for a path outside of `basePath`: of
   * `request.originalUrl`, where that is, so that it is the whole path also within routers that cut off theirs.
   *
   * What keeps the relay from starting, such as options that turn out not to be valid, is given to `next`; without it
   * the answer is 500, and `log` has the reason, or else the console.
   *
   * A body that has been read before is what `request.rawBody` or `request.body` holds: bytes, a text, or what it was
   * parsed to.
   */
  request(request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): boolean
  /**
   * Makes a WebSocket of a connection, for the server's event `upgrade`. Gives `false`, and leaves the socket open, as
   * above. No middleware has seen its request: `principal` gets it as it came.
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean
}

/** What there is once the first request has come. */
interface Opened {
  readonly core: Core
  readonly upgrades: Upgrades
  readonly entrance: Entrance
}

const ignoreGone = ignoreError('the client is gone')

const STOPPED = refusalAnswer({ status: 503, code: 'SHUTTING_DOWN', message: 'The relay is shutting down' })

/**
 * A relay for somebody else's server of `node:http`, and so for Express and Fastify: as fast as in a server of its own,
 * and with all its limits; connections are counted while a request is answered, or a WebSocket is open. Lazy, as
 * `createHandler` is.
 *
 * @throws RelayError `BAD_USER_INPUT` that names an option which is not known or not valid
 * @example
 * const relay = createNodeHandler({ mongoUri, basePath: '/changes', principal: (request) => sessionOf(request) })
 * const server = createServer((request, response) => relay.request(request, response, () => own(request, response)))
 * server.on('upgrade', (request, socket, head) => relay.upgrade(request, socket, head) || socket.destroy())
 */
export function createNodeHandler(given: HandlerOptions<IncomingMessage>): NodeHandler {
  const options = settleHandlerOptions(given)
  const { basePath, relay } = options
  const reportError = startReporter(relay.log)
  const opened = lazily(open)
  let stopping: Promise<void> | undefined

  return {
    request(request, response, next) {
      if (mountedUrl(request, basePath) === undefined) {
        next?.()
        return false
      }
      enter(
        (entrance) => entrance.request(request, response),
        (answer) => endWith(response, answer),
        next,
      )
      return true
    },
    upgrade(request, socket, head) {
      if (mountedUrl(request, basePath) === undefined) return false
      socket.on('error', ignoreGone)
      enter(
        (entrance) => entrance.upgrade(request, socket, head),
        (answer) => answerUpgrade(socket, answer),
      )
      return true
    },
    stats: () => opened.peek()?.core.stats(),
    stop: () => (stopping ??= stopAll()),
  }

  // in the same turn, once it is open: what comes next on a connection may not overtake it
  function enter(
    go: (entrance: Entrance) => void,
    refuse: (answer: Answer) => void,
    fail: (error: unknown) => void = (error) => {
      reportError(error)
      refuse(textAnswer(500))
    },
  ): void {
    if (stopping) return refuse(STOPPED)
    const all = opened.peek()
    if (all) return go(all.entrance)
    opened.get().then(({ entrance }) => (stopping ? refuse(STOPPED) : go(entrance)), fail)
  }

  async function open(): Promise<Opened> {
    const core = await openCore(options)
    const upgrades = createUpgrades(core.sockets, relay.maxMessageBytes)
    const clients = createClientAddress(relay.trustedProxies)
    return { core, upgrades, entrance: createEntrance({ core, upgrades, limits: relay, clients, basePath }) }
  }

  async function stopAll(): Promise<void> {
    const all = await opened.settled()
    all?.upgrades.stop()
    await all?.core.stop()
  }
}

function endWith(response: ServerResponse, { status, headers, body = '' }: Answer): void {
  // others have begun to answer it, or its client is gone
  if (response.headersSent || response.destroyed) return void response.destroy()
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
}
