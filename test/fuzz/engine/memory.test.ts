import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { doc, Int32, type BsonDocument } from '../../../src/bson/values.ts'
import { usedBytes } from '../harness/subject.ts'
import { type EngineUnderTest, startEngineUnderTest } from './engine-under-test.ts'
import { toMessage } from './message.ts'

const MIB = 1024 * 1024

describe('memory', () => {
  let engine: EngineUnderTest
  let sockets: Socket[]

  beforeEach(async () => {
    engine = await startEngineUnderTest()
    sockets = []
  })
  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    await engine.stop()
  })

  async function open(): Promise<Socket> {
    const socket = connect(engine.port, engine.host)
    socket.on('error', () => undefined)
    sockets.push(socket)
    await once(socket, 'connect')
    return socket
  }

  async function ask(body: BsonDocument): Promise<void> {
    const socket = await open()
    socket.write(toMessage({ id: 1, body }))
    await once(socket, 'data')
  }

  it('does not grow by the requests of a client that does not read its replies, and all is forgotten when it leaves', async () => {
    const documents = Array.from({ length: 10 }, (_, i) => doc({ _id: new Int32(i), s: 'a'.repeat(1_000_000) }))
    await ask(doc({ insert: 'c', documents, $db: 'a' }))
    for (const socket of sockets) socket.destroy()
    const before = await engine.state()
    const socket = await open()
    socket.pause()
    // replies of ten million bytes each, and more requests than the system's buffers take
    const find = toMessage({ id: 1, body: doc({ find: 'c', $db: 'a' }) })
    const requests = Buffer.concat(Array<Buffer>(400_000).fill(find))
    socket.write(requests)
    // the server has taken what it will take when it takes no more during twenty of its turns
    let waiting = -1
    let state = before
    for (let still = 0; still < 20; still = socket.writableLength === waiting ? still + 1 : 0) {
      waiting = socket.writableLength
      state = await engine.state()
    }
    expect(waiting).toBeGreaterThan(requests.length / 2)
    // a reply of ten million bytes, and a queue of requests
    expect(usedBytes(state) - usedBytes(before)).toBeLessThan(24 * MIB)
    socket.destroy()
    await vi.waitFor(async () => {
      const left = await engine.state()
      expect(left.open['connections']).toBe(0)
      // the reply that was being sent goes when its socket is closed for good
      expect(usedBytes(left) - usedBytes(before)).toBeLessThan(4 * MIB)
    })
  })

  it('holds of half a message what came of it, not what was promised', async () => {
    const before = await engine.state()
    const message = toMessage({
      id: 1,
      body: doc({ insert: 'c', documents: [doc({ s: 'a'.repeat(20_000) })], $db: 'a' }),
    })
    const promising = Buffer.from(message)
    promising.writeInt32LE(48_000_000, 0)
    for (let i = 0; i < 50; i++) (await open()).write(promising)
    await ask(doc({ ping: new Int32(1), $db: 'admin' }))
    expect(usedBytes(await engine.state()) - usedBytes(before)).toBeLessThan(12 * MIB)
  })
})
