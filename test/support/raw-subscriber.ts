import { WebSocket } from 'ws'

/** Many subscriptions over few sockets, spoken by hand, because a stock client each would take the test's time. */
export interface RawSubscriber {
  /** Payloads of the `next` messages so far, by operation id. */
  readonly received: ReadonlyMap<string, readonly unknown[]>
  /** Payloads of the `error` messages so far, by operation id. */
  readonly errors: ReadonlyMap<string, readonly unknown[]>
  subscribe(id: string, query: string, variables?: object): void
  complete(id: string): void
  /** Stops and goes on reading from the socket. */
  pause(): void
  resume(): void
  close(): void
}

/** Opens a socket, with these headers in the upgrade request, and waits until the relay has acknowledged it. */
export async function openRawSubscriber(
  graphqlUrl: string,
  headers: Record<string, string> = {},
): Promise<RawSubscriber> {
  const socket = new WebSocket(graphqlUrl.replace('http', 'ws'), 'graphql-transport-ws', { headers })
  const received = new Map<string, unknown[]>()
  const errors = new Map<string, unknown[]>()
  const send = (message: object) => socket.send(JSON.stringify(message))
  await new Promise((resolve) => socket.on('open', resolve))
  await new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const { type, id, payload } = JSON.parse(String(data))
      if (type === 'connection_ack') resolve()
      const place = type === 'next' ? received : type === 'error' ? errors : undefined
      if (place) place.set(id, [...(place.get(id) ?? []), payload])
    })
    send({ type: 'connection_init' })
  })
  return {
    received,
    errors,
    subscribe: (id, query, variables = {}) => send({ type: 'subscribe', id, payload: { query, variables } }),
    complete: (id) => send({ type: 'complete', id }),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.terminate(),
  }
}
