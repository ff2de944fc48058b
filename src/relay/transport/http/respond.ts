import { type ServerResponse, STATUS_CODES } from 'node:http'
import { COMMON_HEADERS } from './security-headers.ts'

/** Answers with a status and one line of plain text. */
export function respondText(response: ServerResponse, status: number, text = STATUS_CODES[status] ?? ''): void {
  const body = `${text}\n`
  const headers = {
    ...COMMON_HEADERS,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  }
  response.writeHead(status, headers).end(body)
}
