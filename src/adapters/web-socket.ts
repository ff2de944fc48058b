import type { Connection, Handler } from '../relay/handler.ts'

/** How often a socket that is full is looked at, in milliseconds. */
const LOOK_MS = 20

/**
 * Serves a `WebSocket` of the web's kind that is open.
 *
 * @param tellsBuffered whether `bufferedAmount` says what waits; otherwise pings find that out
 */
export function serveSocket(
  handler: Handler,
  request: Request,
  socket: WebSocket,
  connection: Connection,
  tellsBuffered = false,
): void {
  let looking: ReturnType<typeof setInterval> | undefined
  const stopLooking = () => {
    clearInterval(looking)
    looking = undefined
  }
  const receiver = handler.connect(
    request,
    {
      send(text) {
        socket.send(text)
        if (tellsBuffered && socket.bufferedAmount > 0) looking ??= setInterval(look, LOOK_MS)
      },
      close: (code, reason) => socket.close(code, reason),
      ...(tellsBuffered ? { bufferedBytes: () => socket.bufferedAmount } : {}),
    },
    connection,
  )
  socket.addEventListener('message', ({ data }) => receiver.message(data))
  socket.addEventListener('close', ({ code, reason }) => {
    stopLooking()
    receiver.closed(code, reason)
  })
  // it is closed after it
  socket.addEventListener('error', () => undefined)

  // there is no event for it
  function look(): void {
    if (socket.bufferedAmount > 0) return
    stopLooking()
    receiver.drained()
  }
}
