import type { Connection, Handler } from '../relay/handler.ts'

/** Serves a `WebSocket` of the web's kind that is open. How much waits in it, pings find out: it tells no drain. */
export function serveSocket(handler: Handler, request: Request, socket: WebSocket, connection: Connection): void {
  const receiver = handler.connect(
    request,
    {
      send: (text) => socket.send(text),
      close: (code, reason) => socket.close(code, reason),
    },
    connection,
  )
  socket.addEventListener('message', ({ data }) => receiver.message(data))
  socket.addEventListener('close', ({ code, reason }) => receiver.closed(code, reason))
  // it is closed after it
  socket.addEventListener('error', () => undefined)
}
