import { checkOptions } from './checked-options.ts'
import { type Core, createCore } from './core.ts'
import type { FeedStats } from './feed/stats.ts'
import { openGiven } from './given-deployment.ts'
import { type HandlerOptions, settleHandlerOptions, type SettledHandlerOptions } from './handler-options.ts'
import { lazily } from '../util/waiting/lazily.ts'
import { settledWithin } from '../util/waiting/settled-within.ts'
import { type Answer, refusalAnswer, textAnswer } from './transport/http/answer.ts'
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

/** A request for the relay, once that is there. */
interface Entered {
  readonly core: Core
  readonly asked: Asked
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
  const opened = lazily(() => openCore(options))
  let stopping: Promise<void> | undefined

  return {
    async fetch(request, connection) {
      const entered = await enter(request, connection)
      return 'refused' in entered ? toResponse(entered.refused, request) : answer(entered, request, connection)
    },
    isUpgrade: ({ headers }) => (headers.get('upgrade') ?? '').toLowerCase() === 'websocket',
    async refuseUpgrade(request, connection) {
      const entered = await enter(request, connection)
      if ('refused' in entered) return toResponse(entered.refused, request)
      const { core, asked } = entered
      const refusal = core.router.refuseUpgrade(asked) ?? core.places.refusal(asked.address)
      return refusal && toResponse(refusalAnswer(refusal), request)
    },
    connect(request, socket, connection) {
      const started = stopping ? Promise.reject(new Error('The relay is shutting down')) : opened.get()
      const { maxMessageBytes } = relay
      return openReceiver({ socket, asked: ask(request, connection), maxMessageBytes, relay: started })
    },
    stats: () => opened.peek()?.stats(),
    stop: () => (stopping ??= stopAll()),
  }

  function ask(request: Request, { address = '' }: Connection = {}): Asked | undefined {
    return toAsked(request, { basePath, clients, address })
  }

  async function enter(request: Request, connection?: Connection): Promise<Entered | { readonly refused: Answer }> {
    if (stopping) return { refused: textAnswer(503, 'The relay is shutting down') }
    const core = await opened.get()
    const asked = ask(request, connection)
    return asked ? { core, asked } : { refused: textAnswer(404, `Nothing is outside of ${basePath}`) }
  }

  async function stopAll(): Promise<void> {
    const core = await opened.settled()
    // a process that ends then would cut off what tells subscribers why
    await core?.stop(settledWithin(core.eventStreams.sent(), relay.stopGraceMs))
  }
}

// it has a place until its answer is there, or until its event stream is over
async function answer({ core, asked }: Entered, request: Request, connection: Connection = {}): Promise<Response> {
  const { router, places, eventStreams, reportError } = core
  let release = () => {}
  const refusal = places.admit(asked.address, (given) => (release = given))
  if (refusal) return toResponse(core.refuse(refusal, asked.headers), request)
  let isStreaming = false
  try {
    const made = await router.route(asked).catch((error: unknown) => {
      reportError(error)
      return textAnswer(500)
    })
    return toResponse(made, request, {
      signal: connection.cancelsBodies ? undefined : request.signal,
      send(channel, stream) {
        isStreaming = true
        channel.onOver(release)
        eventStreams.send(channel, stream).catch(reportError)
      },
    })
  } finally {
    if (!isStreaming) release()
  }
}

/** Puts together what a handler hands requests to. The deployment is its own, unless it was given a client. */
export async function openCore<R>({ relay, client, principal, pages, trace }: SettledHandlerOptions<R>): Promise<Core> {
  const checked = await checkOptions(relay, principal)
  return createCore(relay, {
    checked,
    origin: openGiven({ client, mongoUri: relay.mongoUri }, relay),
    watchesDefault: false,
    page: pages.page ?? new Map(),
    graphiql: pages.graphiql,
    trace,
  })
}
