/** A socket under way, as far as it is needed here. */
export interface SocketHandle {
  addEventListener(type: 'error', listener: () => void): void
  /** Ends it without a handshake; browsers have no such thing. */
  terminate?(): void
}

/**
 * The WebSocket class that was given, or else the global one, in a form that tells of each socket as soon as it begins to
 * connect: graphql-ws does so only when it is open.
 */
export function captureSocket(given: unknown, onSocket: (socket: SocketHandle) => void): unknown {
  const socketClass: unknown = given ?? Reflect.get(globalThis, 'WebSocket')
  // graphql-ws says best what is missing
  if (typeof socketClass !== 'function') return socketClass
  return new Proxy(socketClass, {
    construct(target, args) {
      // what a WebSocket class makes
      const socket = Reflect.construct(target, args) as SocketHandle
      // graphql-ws takes its own listener away before it ends a socket, and `ws` throws an error that has none
      socket.addEventListener('error', () => undefined)
      onSocket(socket)
      return socket
    },
  })
}
