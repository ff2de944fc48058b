import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Answer, refusalAnswer } from '../../../relay/transport/http/answer.ts'
import type { Refusal } from '../../../relay/transport/http/requests/refusal.ts'

/** Answers a request to upgrade with why it is refused, as a GraphQL result, and ends its connection. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  answerUpgrade(socket, refusalAnswer(refusal))
}

/** Answers a request to upgrade with anything but a WebSocket, and ends its connection. */
export function answerUpgrade(socket: Duplex, { status, headers, body = '' }: Answer): void {
  const all = Object.entries({ ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' })
  const lines = all.map(([name, value]) => `${name}: ${String(value)}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${String(body)}`)
  // a client that does not close would keep the socket
  socket.once('finish', () => socket.destroy())
}
