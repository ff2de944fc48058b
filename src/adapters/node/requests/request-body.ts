import type { IncomingMessage } from 'node:http'
import { ignoreError } from '../../../errors.ts'
import type { RequestBody } from '../../../relay/transport/http/asked.ts'

const ignoreAborted = ignoreError('the request is closed after it')

const PLAIN_LENGTH = /^\d+$/

/**
 * Reads a request's body, from now on. What is longer than allowed is thrown away, from its first byte on if the
 * request says so.
 *
 * **Memory**: up to twice what came, in however small pieces it came: each piece by itself would take hundreds of
 * bytes.
 */
export function readRequestBody(request: IncomingMessage, maxBytes: number): Promise<RequestBody> {
  const announced = request.headers['content-length']
  if (announced !== undefined && PLAIN_LENGTH.test(announced) && Number(announced) > maxBytes) {
    return Promise.resolve({ problem: 'too-long', maxBytes })
  }
  if (request.readableEnded) return Promise.resolve(bodyReadBefore(request, maxBytes))
  // nothing would say so any more
  if (request.destroyed) return Promise.resolve({ problem: 'incomplete' })
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0)
    let length = 0
    const take = (piece: Buffer) => {
      const needed = length + piece.length
      if (needed > maxBytes) return settle({ problem: 'too-long', maxBytes })
      if (needed > bytes.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * bytes.length))
        bytes.copy(larger)
        bytes = larger
      }
      piece.copy(bytes, length)
      length = needed
    }
    const settle = (body: RequestBody) => {
      request.off('data', take).off('end', end).off('close', giveUp)
      // what still comes is thrown away
      request.resume()
      resolve(body)
    }
    const end = () => settle({ bytes: bytes.subarray(0, length) })
    const giveUp = () => settle({ problem: 'incomplete' })
    request.on('data', take).on('end', end).on('close', giveUp)
    // which stays, and so must hold on to nothing
    request.on('error', ignoreAborted)
  })
}

/** A body that somebody else's middleware has read before, if it has kept anything of it. */
function bodyReadBefore(
  request: IncomingMessage & { readonly rawBody?: unknown; readonly body?: unknown },
  maxBytes: number,
): RequestBody {
  const bytes = toBytes(request.rawBody ?? request.body)
  if (!bytes) return { problem: 'read-before' }
  return bytes.length > maxBytes ? { problem: 'too-long', maxBytes } : { bytes }
}

function toBytes(body: unknown): Uint8Array | undefined {
  if (body === undefined || body instanceof Uint8Array) return body
  if (typeof body === 'string') return Buffer.from(body)
  try {
    return Buffer.from(JSON.stringify(body))
  } catch {
    // it is too deep, or nothing that a body was parsed to
    return undefined
  }
}
