import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSigningKey, NOW_MS } from '../../../auth/issuer.ts'
import { useKeyServer } from '../../../auth/use-key-server.ts'
import { openConnection } from '../../../../support/open-connection.ts'
import { type RelayFixture, useRelay } from '../../../../support/relay.ts'

/** Enough to be held back where nothing reads it, in pieces that each take hundreds of bytes then. */
const PIECES = 12_000

const taken: IncomingMessage[] = []
const take = (message: unknown) => {
  const { request } = message as { readonly request: IncomingMessage }
  if (request.headers['x-of-this-test'] !== undefined) taken.push(request)
}

beforeEach(() => {
  taken.length = 0
  subscribe('http.server.request.start', take)
})
afterEach(() => void unsubscribe('http.server.request.start', take))

/**
 * Sends the head of a request and its body in pieces of one byte, all but the last, and gives the request as the relay
 * has it.
 */
async function sendInPieces(
  at: RelayFixture,
  first: string,
  headers: readonly string[] = [],
): Promise<IncomingMessage> {
  const { host } = new URL(at.relay.url)
  const socket = await openConnection(at)
  const lines = [first, `Host: ${host}`, 'Transfer-Encoding: chunked', 'X-Of-This-Test: 1', ...headers]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  socket.write('1\r\n \r\n'.repeat(PIECES))
  await expect.poll(() => taken.length).toBe(1)
  await expect.poll(() => taken[0]?.socket.bytesRead).toBe(socket.bytesWritten)
  const [request] = taken
  if (!request) throw new Error('The relay has no such request')
  return request
}

describe('a body in pieces of one byte', () => {
  const at = useRelay()
  const text = () => `subscription { changes(db: "${at.db}", coll: "c") { operationType } }`

  it('is thrown away where it is of no use, however long the answer takes', async () => {
    const target = `/graphql?query=${encodeURIComponent(text())}`
    const request = await sendInPieces(at, `GET ${target} HTTP/1.1`, ['Accept: text/event-stream'])
    await expect.poll(() => at.relay.stats().subscribers).toBe(1)
    expect(request.readableLength).toBe(0)
  })
})

describe('a body in pieces of one byte, of a caller who is not known yet', () => {
  const server = useKeyServer()
  const at = useRelay(() => ({
    auth: { jwt: { jwksUrl: server.url, issuer: 'issuer', audience: 'relay' } },
    now: () => NOW_MS,
  }))

  it('is put together while keys are fetched', async () => {
    const key = await createSigningKey('one', 'ES256')
    const asked = server.hold({ keys: [key.jwk] })
    const headers = [
      'Accept: application/json',
      'Content-Type: application/json',
      `Authorization: Bearer ${await key.sign()}`,
    ]
    const request = await sendInPieces(at, 'POST /graphql HTTP/1.1', headers)
    const answer = await asked
    expect(request.readableLength).toBe(0)
    answer()
  })
})
