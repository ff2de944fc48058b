import type { HttpAnswer } from './refusal.ts'

/** How much of an answer is read, in characters. */
const MAX_ANSWER = 4_096

/** A response of Node's, as far as it is needed here. */
interface HttpResponse {
  readonly statusCode?: number
  setEncoding(encoding: 'utf8'): void
  on(type: 'data', listener: (text: string) => void): void
  on(type: 'end' | 'error', listener: () => void): void
}

/** A socket under way, as far as it is needed here. */
export interface SocketHandle {
  addEventListener(type: 'error', listener: () => void): void
  /** Ends it without a handshake; browsers have no such thing. */
  terminate?(): void
  /**
   * As `ws` has it: where something answers instead of opening the socket, it leaves it to the listener to end that.
   */
  on?(type: 'unexpected-response', listener: (request: unknown, response: HttpResponse) => void): void
}

/**
 * The WebSocket class that was given, or else the global one, in a form that tells of each socket as soon as it begins
 * to connect: graphql-ws does so only when it is open; and of what was answered instead of opening it, where the class
 * tells.
 */
export function captureSocket(
  given: unknown,
  onSocket: (socket: SocketHandle) => void,
  onAnswer: (answer: HttpAnswer) => void,
): unknown {
  const socketClass: unknown = given ?? Reflect.get(globalThis, 'WebSocket')
  // graphql-ws says best what is missing
  if (typeof socketClass !== 'function') return socketClass
  return new Proxy(socketClass, {
    construct(target, args) {
      // what a WebSocket class makes
      const socket = Reflect.construct(target, args) as SocketHandle
      // graphql-ws takes its own listener away before it ends a socket, and `ws` throws an error that has none
      socket.addEventListener('error', () => undefined)
      socket.on?.('unexpected-response', (_request, response) => readAnswer(response, onAnswer))
      onSocket(socket)
      return socket
    },
  })
}

function readAnswer(response: HttpResponse, onAnswer: (answer: HttpAnswer) => void): void {
  let text = ''
  const tell = () => onAnswer({ status: response.statusCode ?? 0, text })
  response.setEncoding('utf8')
  response.on('data', (chunk) => (text = `${text}${chunk}`.slice(0, MAX_ANSWER)))
  response.on('end', tell)
  response.on('error', tell)
}
