import { type OutgoingHttpHeaders, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { COMMON_HEADERS } from '../security-headers.ts'
import type { Refusal } from './refusal.ts'

/** Answers a request with why it is refused, as a GraphQL result. */
export function refuseRequest(response: ServerResponse, refusal: Refusal): void {
  const body = bodyOf(refusal)
  response.writeHead(refusal.status, headersOf(refusal, body)).end(body)
}

/** Answers a request to upgrade with why it is refused, as {@link refuseRequest} does, and ends its connection. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const body = bodyOf(refusal)
  const all = Object.entries({ ...headersOf(refusal, body), Connection: 'close' })
  const lines = all.map(([name, value]) => `${name}: ${String(value)}\r\n`)
  socket.end(`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n${lines.join('')}\r\n${body}`)
  // a client that does not close would keep the socket
  socket.once('finish', () => socket.destroy())
}

function bodyOf({ code, message }: Refusal): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }] })
}

function headersOf({ headers }: Refusal, body: string): OutgoingHttpHeaders {
  return {
    ...COMMON_HEADERS,
    ...headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  }
}
