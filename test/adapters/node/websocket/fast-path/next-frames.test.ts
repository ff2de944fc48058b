import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { Batch } from '../../../../../src/relay/feed/sink.ts'
import { nextFrames, writeNextFrames } from '../../../../../src/adapters/node/websocket/fast-path/next-frames.ts'

/** A socket that takes what is written at once, or keeps it until it is let go. */
function openSocket(isStuck = false) {
  const chunks: Uint8Array[] = []
  const release: (() => void)[] = []
  const socket = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      // looked at when it is sent, as a kernel does
      const send = () => {
        chunks.push(Uint8Array.from(chunk))
        done()
      }
      if (isStuck) release.push(send)
      else send()
    },
  })
  const letGo = () => {
    isStuck = false
    for (const send of release.splice(0)) send()
  }
  return { socket, letGo, sent: () => Buffer.concat(chunks) }
}

function batchOf(...payloads: string[]): Batch {
  const buffers = payloads.map((payload) => Buffer.from(payload))
  return { payloads: buffers, tokens: payloads, bytes: Buffer.concat(buffers).length }
}

/** The messages in frames without a mask. */
function messagesIn(bytes: Buffer): unknown[] {
  const messages: unknown[] = []
  for (let at = 0; at < bytes.length;) {
    expect(bytes[at]).toBe(0x81)
    const short = bytes[at + 1] ?? 0
    const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    messages.push(JSON.parse(bytes.toString('utf8', at + headBytes, at + headBytes + length)))
    at += headBytes + length
  }
  return messages
}

const next = (id: string, data: unknown) => ({ id, type: 'next', payload: { data } })

describe('frames of a batch', () => {
  const small = '{"data":1}'
  const medium = `{"data":"${'x'.repeat(300)}"}`
  const large = `{"data":"${'x'.repeat(70_000)}"}`
  const dataOf = (payload: string): unknown => JSON.parse(payload).data

  it.each([
    ['small ones', [small, medium]],
    ['a large one', [large]],
  ])('carry each payload as a message of the operation: %s', (_name, payloads) => {
    const batch = batchOf(...payloads)
    const { socket, sent } = openSocket()
    for (const id of ['1', '22', 'é', '\\"']) {
      const expected = payloads.map((payload) => next(JSON.parse(`"${id}"`), dataOf(payload)))
      expect(messagesIn(Buffer.concat(nextFrames(batch, id)))).toEqual(expected)
    }
    for (const id of ['1', '2', '2', '33', '1']) writeNextFrames(batch, id, socket)
    expect(messagesIn(sent())).toEqual(
      ['1', '2', '2', '33', '1'].flatMap((id) => payloads.map((payload) => next(id, dataOf(payload)))),
    )
  })

  it('stay as they are for a socket that keeps them, whatever gets the batch after it', () => {
    const batch = batchOf(small, medium)
    const stuck = openSocket(true)
    const other = openSocket()
    writeNextFrames(batch, 'a', stuck.socket)
    writeNextFrames(batch, 'b', other.socket)
    // waits behind the first
    writeNextFrames(batch, 'c', stuck.socket)
    writeNextFrames(batch, 'd', other.socket)
    stuck.letGo()
    const messagesOf = (id: string) => [next(id, dataOf(small)), next(id, dataOf(medium))]
    expect(messagesIn(stuck.sent())).toEqual([...messagesOf('a'), ...messagesOf('c')])
    expect(messagesIn(other.sent())).toEqual([...messagesOf('b'), ...messagesOf('d')])
  })

  it('reach each of two clients over TCP with their own ids, also one that reads late', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const open = async () => {
      const client = connect(port, '127.0.0.1')
      const [socket] = await once(server, 'connection')
      const chunks: Buffer[] = []
      client.on('data', (chunk) => chunks.push(chunk))
      return { socket: socket as Socket, client, received: () => Buffer.concat(chunks) }
    }
    const late = await open()
    const other = await open()
    late.client.pause()
    const written = 4_000
    const payload = `{"data":"${'x'.repeat(2_000)}"}`
    for (let count = 0; count < written; count++) {
      const batch = batchOf(payload)
      writeNextFrames(batch, 'late', late.socket)
      writeNextFrames(batch, 'soon', other.socket)
    }
    expect(late.socket.writableLength).toBeGreaterThan(0)
    late.client.resume()
    for (const { socket } of [late, other]) socket.end()
    await Promise.all([late, other].map(({ client }) => once(client, 'close')))
    server.close()
    for (const [id, { received }] of [['late', late] as const, ['soon', other] as const]) {
      const ids = messagesIn(received()).map((message) => (message as { readonly id: string }).id)
      expect(ids).toHaveLength(written)
      expect(new Set(ids)).toEqual(new Set([id]))
    }
  })

  it('that were given away are not written to', () => {
    const batch = batchOf(small)
    const given = nextFrames(batch, 'a')
    const { socket } = openSocket()
    writeNextFrames(batch, 'b', socket)
    nextFrames(batch, 'c')
    expect(messagesIn(Buffer.concat(given))).toEqual([next('a', 1)])
  })
})
