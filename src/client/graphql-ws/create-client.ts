import { type Client, type ClientOptions, createClient as createStockClient } from 'graphql-ws/client'
import { ignoreError } from '../../errors.ts'
import { backoffDelayMs } from '../../util/waiting/backoff.ts'
import { type End, toEnd as toStockEnd } from '../connection/end.ts'
import { nextStep } from '../next-step.ts'
import { watchPongs } from '../connection/pongs.ts'
import { toRefusal } from '../connection/refusal.ts'
import { BACKOFF } from '../retries.ts'
import { captureSocket, type SocketHandle } from '../connection/socket-class.ts'
import { resumingWith } from './resuming.ts'

/** How long the answer to a ping may take before the connection counts as dead, in milliseconds. */
const PONG_TIMEOUT_MS = 5_000

/**
 * The client of graphql-ws, with its options and interface, whose subscriptions to `changes` lose nothing: each goes on
 * after the last change that it received when its connection is lost, when the relay stops, and after whatever else
 * passes by itself. Applications, and links, exchanges and networks over it, need no other change.
 *
 * It adds to such an operation what continuing needs (a variable, arguments, `resumeToken` and `operationType`), and
 * takes it out of the results. Errors that trying again does not mend go to `sink.error`, as does what a sink throws.
 * When credentials have expired it asks `connectionParams`, if that is a function, once for fresh ones. All other
 * operations are graphql-ws's own; as there, what had no answer yet when the connection was lost is sent again.
 *
 * Other defaults than graphql-ws has: it tries again for ever (`retryAttempts`), from half a second on up to 15 seconds
 * (`retryWait`), also where nothing listens yet (`shouldRetry`), and notices within 15 seconds that a connection is
 * dead (`keepAlive`, `connectionAckWaitTimeout`).
 *
 * @example
 * import { createClient } from 'tailrace/graphql-ws'
 *
 * const client = createClient({ url: 'ws://localhost:8888/graphql' })
 * const query = 'subscription { changes(db: "shop", coll: "orders") { operationType documentKey } }'
 * for await (const { data } of client.iterate({ query })) console.log(data)
 */
export function createClient(options: ClientOptions): Client {
  const { connectionParams, retryAttempts } = options
  let socket: SocketHandle | undefined
  // what was answered instead of opening the socket
  let refusal: End | undefined
  let refusedCredentials = 0
  const waits = new Set<() => void>()

  const client = createStockClient({
    retryAttempts: Infinity,
    retryWait,
    shouldRetry,
    keepAlive: 10_000,
    connectionAckWaitTimeout: 10_000,
    ...options,
    webSocketImpl: captureSocket(
      options.webSocketImpl,
      (opening) => {
        socket = opening
        refusal = undefined
      },
      (answer) => {
        refusal = toRefusal(answer)
        socket?.terminate?.()
      },
    ),
  })
  client.on('connected', () => (refusedCredentials = 0))
  client.on('closed', (event) => {
    if (isRefused(toStockEnd(event))) refusedCredentials++
  })
  const cut = () => {
    client.terminate()
    socket?.terminate?.()
  }
  watchPongs(client, PONG_TIMEOUT_MS, cut)

  const renew = typeof connectionParams === 'function' ? () => client.terminate() : undefined
  const retriesConnections = retryAttempts === undefined
  const resuming = resumingWith(client, { retryAttempts, retriesConnections, toEnd, renew })
  return { ...resuming, dispose }

  function toEnd(error: unknown): End {
    return refusal ?? toStockEnd(error)
  }

  // a function may give credentials that are newer than those that were refused: once
  function shouldRetry(error: unknown): boolean {
    const end = toEnd(error)
    if (isRefused(end)) return typeof connectionParams === 'function' && refusedCredentials < 2
    return nextStep(end).action === 'retry'
  }

  function retryWait(retries: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        waits.delete(end)
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(end, backoffDelayMs(retries, BACKOFF, 2))
      waits.add(end)
    })
  }

  async function dispose(): Promise<void> {
    const disposed = Promise.resolve(resuming.dispose()).catch(ignoreError('it had not connected yet'))
    for (const end of waits) end()
    return disposed
  }
}

function isRefused(end: End): boolean {
  const step = nextStep(end)
  return step.action === 'fail' && step.code === 'UNAUTHENTICATED'
}
