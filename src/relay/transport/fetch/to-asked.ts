import type { Asked, RequestBody } from '../http/asked.ts'
import { urlBelow } from '../http/base-path.ts'
import type { RequestHeaders } from '../http/headers.ts'
import { type ClientAddress, countedAddress, plainAddress } from '../limits/client-address.ts'

/** Where a request came in. */
export interface Arrival {
  /** The path that the handler is mounted under; empty: none. */
  readonly basePath: string
  readonly clients: ClientAddress
  /** The address at the other end of the connection; empty: unknown. */
  readonly address: string
}

const PLAIN_LENGTH = /^\d+$/

/** A `Request` as the relay takes it; `undefined` when it is for a path outside of where the handler is mounted. */
export function toAsked(request: Request, { basePath, clients, address }: Arrival): Asked | undefined {
  const { host, pathname, search } = new URL(request.url)
  const url = urlBelow(pathname + search, basePath)
  if (url === undefined) return undefined
  const headers: Record<string, string> = { host, ...Object.fromEntries(request.headers) }
  const connected = plainAddress(address)
  if (!clients.isProxy(connected)) delete headers['x-forwarded-host']
  return {
    method: request.method,
    url,
    headers,
    address: countedAddress(clients.of(connected, headers)),
    request,
    onGone: (listener) => request.signal.addEventListener('abort', listener, { once: true }),
    readBody: (maxBytes) => readBody(request, headers, maxBytes),
  }
}

async function readBody(request: Request, headers: RequestHeaders, maxBytes: number): Promise<RequestBody> {
  const announced = String(headers['content-length'] ?? '')
  if (PLAIN_LENGTH.test(announced) && Number(announced) > maxBytes) return { problem: 'too-long', maxBytes }
  if (request.bodyUsed || request.body?.locked) return { problem: 'read-before' }
  if (!request.body) return { bytes: new Uint8Array() }
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader()
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return { bytes: pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces, length) }
      pieces.push(value)
      length += value.length
      if (length > maxBytes) {
        void reader.cancel().catch(() => undefined)
        return { problem: 'too-long', maxBytes }
      }
    }
  } catch {
    return { problem: 'incomplete' }
  }
}
