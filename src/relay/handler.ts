import { checkOptions } from './checked-options.ts'
import { type Core, createCore } from './core.ts'
import type { FeedStats } from './feed/stats.ts'
import { openDeployment } from './given-deployment.ts'
import { type HandlerOptions, settleHandlerOptions, type SettledHandlerOptions } from './handler-options.ts'
import type { StreamChannel } from './transport/sse/event-stream.ts'
import { settledWithin } from '../util/waiting/settled-within.ts'
import { refusalAnswer, textAnswer } from './transport/http/answer.ts'
import type { Asked } from './transport/http/asked.ts'
import { toAsked } from './transport/fetch/to-asked.ts'
import { toResponse } from './transport/fetch/to-response.ts'
import { createClientAddress } from './transport/limits/client-address.ts'
import { openReceiver, type SocketReceiver } from './transport/websocket/receiver.ts'
import type { MessageSocket } from './transport/websocket/message-channel.ts'

/** What an adapter knows of a request besides what is in it. */
export interface Connection {
  /** The address at the other end. Default: unknown, and then all anonymous callers have one share. */
  readonly address?: string | undefined
  /**
   * Whether the body of an answer is cancelled when its client goes away, so that the request's `signal` is not asked.
   * Default false.
   */
  readonly cancelsBodies?: boolean
}

/** A relay without a server: for other people's, and for runtimes that have none. */
export interface Handler {
  /**
   * Answers a request: GraphQL by GET and POST, event streams, GraphiQL, the live page, `/healthz` and `/readyz`.
   *
   * Rejects when the options turn out not to be valid, with a `RelayError` `BAD_USER_INPUT`, as rules and `auth` are
   * checked with the first request.
   */
  fetch(request: Request, connection?: Connection): Promise<Response>
  /** Whether a request asks for a WebSocket. */
  isUpgrade(request: Request): boolean
  /** Why a request for a WebSocket is refused, as the answer to it; `undefined` when it is not. */
  refuseUpgrade(request: Request, connection?: Connection): Promise<Response | undefined>
  /**
   * Serves a WebSocket that has been opened, with the subprotocol `graphql-transport-ws`, for a request that was not
   * refused.
   */
  connect(request: Request, socket: MessageSocket, connection?: Connection): SocketReceiver
  /** What has been done since the first request, and what is held now; `undefined` before that. */
  stats(): FeedStats | undefined
  /** Tells subscribers `SHUTTING_DOWN`, and closes all that was opened. Idempotent; later requests get 503. */
  stop(): Promise<void>
}

/**
 * Creates a relay without a server.
 *
 * Lazy: nothing connects, runs or is random before the first request, so that it can be made where a module is loaded.
 *
 * @throws RelayError `BAD_USER_INPUT` that names an option which is not known or not valid
 */
export function createHandler(given: HandlerOptions): Handler {
  const options = settleHandlerOptions(given)
  const { basePath, relay } = options
  const clients = createClientAddress(relay.trustedProxies)
  const streams = new Set<StreamChannel>()
  let core: Core | undefined
  let starting: Promise<Core> | undefined
  let stopping: Promise<void> | undefined

  const start = () => {
    starting ??= openCore(options).then(
      (opened) => (core = opened),
      (error: unknown) => {
        // what is loaded on demand may be there the next time
        starting = undefined
        throw error
      },
    )
    return starting
  }
  const asked = (request: Request, { address }: Connection = {}) =>
    toAsked(request, { basePath, clients, address: address ?? '' })

  return {
    async fetch(request, connection) {
      if (stopping) return toResponse(textAnswer(503, 'The relay is shutting down'), request)
      const { router, eventStreams, reportError } = await start()
      const target = asked(request, connection)
      const answered = (one: Asked) =>
        router.route(one).catch((error: unknown) => {
          reportError(error)
          return textAnswer(500)
        })
      const answer = target ? await answered(target) : textAnswer(404, `Nothing is outside of ${basePath}`)
      return toResponse(answer, request, {
        signal: connection?.cancelsBodies ? undefined : request.signal,
        send(channel, stream) {
          streams.add(channel)
          channel.onOver(() => streams.delete(channel))
          eventStreams.send(channel, stream).catch(reportError)
        },
      })
    },
    isUpgrade: ({ headers }) => (headers.get('upgrade') ?? '').toLowerCase() === 'websocket',
    async refuseUpgrade(request, connection) {
      if (stopping) return toResponse(textAnswer(503, 'The relay is shutting down'), request)
      const { router } = await start()
      const target = asked(request, connection)
      if (!target) return toResponse(textAnswer(404, `Nothing is outside of ${basePath}`), request)
      const refusal = router.refuseUpgrade(target)
      return refusal && toResponse(refusalAnswer(refusal), request)
    },
    connect(request, socket, connection) {
      const target = asked(request, connection)
      const { maxMessageBytes } = relay
      const started = stopping ? Promise.reject(new Error('The relay is shutting down')) : start()
      return openReceiver({ socket, asked: target, maxMessageBytes, sockets: started.then(({ sockets }) => sockets) })
    },
    stats: () => core?.stats(),
    stop: () => (stopping ??= stopAll()),
  }

  async function stopAll(): Promise<void> {
    const opened = await starting?.catch(() => undefined)
    // a process that ends then would cut off what tells subscribers why
    const sent = Promise.all([...streams].map((channel) => new Promise<void>((resolve) => channel.onOver(resolve))))
    await opened?.stop(settledWithin(sent, relay.stopGraceMs))
  }
}

/** Puts together what a handler hands requests to. The deployment is its own, unless it was given a client. */
export async function openCore<R>({ relay, client, principal, pages, trace }: SettledHandlerOptions<R>): Promise<Core> {
  const { mongoUri, maxAwaitTimeMs } = relay
  const checked = await checkOptions(relay, principal)
  const deployment = openDeployment({ client, mongoUri }, maxAwaitTimeMs)
  return createCore(relay, {
    checked,
    deployment,
    watchesDefault: false,
    page: pages.page ?? new Map(),
    graphiql: pages.graphiql,
    trace,
  })
}
