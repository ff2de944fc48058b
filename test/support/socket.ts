import { type ClientOptions, WebSocket } from 'ws'

/** A socket on which a test speaks the protocol by hand. */
export interface HandSocket {
  /** The next message that has not been taken yet; fails when the socket is closed. */
  receive(): Promise<{ readonly type: string; readonly id?: string; readonly payload?: unknown }>
  send(message: object): void
  /** The code and reason that the socket was closed with. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
  close(): void
}

/** Opens a socket and waits until it is open. */
export async function openHandSocket(graphqlUrl: string, options: ClientOptions = {}): Promise<HandSocket> {
  const socket = new WebSocket(graphqlUrl.replace('http', 'ws'), 'graphql-transport-ws', options)
  const messages: string[] = []
  let wake = () => {}
  let isClosed = false
  socket.on('message', (data) => {
    messages.push(String(data))
    wake()
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => {
      isClosed = true
      wake()
      resolve({ code, reason: String(reason) })
    }),
  )
  await new Promise((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('error', reject)
  })
  return {
    closed,
    send: (message) => socket.send(JSON.stringify(message)),
    close: () => socket.terminate(),
    async receive() {
      while (messages.length === 0) {
        if (isClosed) throw new Error('The socket is closed')
        await new Promise<void>((resolve) => (wake = resolve))
      }
      return JSON.parse(messages.shift() ?? '')
    },
  }
}
