import { connect, type Socket } from 'node:net'
import { BSON, MongoServerError } from 'mongodb'
import { describe, expect, it, vi } from 'vitest'
import { startEngine } from '../../../src/engine/engine.ts'
import { crc32c } from '../../../src/engine/wire/crc32c.ts'
import { useEngine } from '../../support/engine.ts'

const fixture = useEngine()

interface Section {
  readonly kind: number
  readonly bytes: Buffer
}

function bodySection(document: BSON.Document): Section {
  return { kind: 0, bytes: Buffer.from(BSON.serialize(document)) }
}

function sequence(name: string, documents: readonly BSON.Document[]): Section {
  const content = Buffer.concat([Buffer.from(`${name}\0`), ...documents.map((each) => BSON.serialize(each))])
  const length = Buffer.alloc(4)
  length.writeInt32LE(content.length + 4)
  return { kind: 1, bytes: Buffer.concat([length, content]) }
}

function message(sections: readonly Section[], flags = 0, opCode = 2013): Buffer {
  const content = Buffer.concat(sections.flatMap(({ kind, bytes }) => [Buffer.from([kind]), bytes]))
  const head = Buffer.alloc(20)
  const checksum = flags & 1 ? 4 : 0
  head.writeInt32LE(head.length + content.length + checksum, 0)
  head.writeInt32LE(7, 4)
  head.writeInt32LE(opCode, 12)
  head.writeUInt32LE(flags, 16)
  return Buffer.concat([head, content])
}

/** Reads the replies that come on a socket, each as its document. */
async function replies(socket: Socket, count: number): Promise<BSON.Document[]> {
  let received = Buffer.alloc(0)
  const found: BSON.Document[] = []
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer])
    while (received.length >= 4 && received.length >= received.readInt32LE(0)) {
      const length = received.readInt32LE(0)
      const bodyAt = received.readInt32LE(12) === 1 ? 36 : 21
      found.push(BSON.deserialize(received.subarray(bodyAt, length)))
      received = received.subarray(length)
      if (found.length === count) return found
    }
  }
  return found
}

/** Sends bytes on a connection of their own and gives the replies; fewer than `count` when the server hangs up. */
async function exchange(bytes: Buffer, count = 1): Promise<BSON.Document[]> {
  const socket = connect(fixture.engine.port, fixture.engine.host)
  socket.on('error', () => undefined)
  socket.write(bytes)
  try {
    return await replies(socket, count).catch(() => [])
  } finally {
    socket.destroy()
  }
}

describe('connections', () => {
  it.each([
    ['directly', (address: string) => `mongodb://${address}/?directConnection=true`],
    ['as a replica set', (address: string) => `mongodb://${address}/?replicaSet=rs0`],
  ])('serves the stock driver %s', async (_, toUri) => {
    const { host, port } = fixture.engine
    const client = fixture.connect({}, toUri(`${host}:${port}`))
    const { insertedId } = await client.db('a').collection('c').insertOne({ x: 1 })
    expect(await client.db('a').collection('c').findOne()).toEqual({ _id: insertedId, x: 1 })
  })

  it('reads document sequences, checksums and OP_QUERY', async () => {
    const insert = message([bodySection({ insert: 'c', $db: 'a' }), sequence('documents', [{ _id: 1 }, { _id: 2 }])])
    const ping = message([bodySection({ ping: 1, $db: 'admin' })], 1)
    const checksum = Buffer.alloc(4)
    checksum.writeUInt32LE(crc32c(ping))
    const [inserted, ponged] = await exchange(Buffer.concat([insert, ping, checksum]), 2)
    expect(inserted).toMatchObject({ n: 2, ok: 1 })
    expect(ponged).toMatchObject({ ok: 1 })

    const query = Buffer.concat([
      Buffer.alloc(20),
      Buffer.from('admin.$cmd\0'),
      Buffer.alloc(8),
      BSON.serialize({ isMaster: 1 }),
    ])
    query.writeInt32LE(query.length, 0)
    query.writeInt32LE(2004, 12)
    expect(await exchange(query)).toMatchObject([{ ismaster: true, setName: 'rs0', helloOk: true }])
  })

  it('hangs up on a wrong checksum, and answers nothing to a message that waits for no answer', async () => {
    const ping = message([bodySection({ ping: 1, $db: 'admin' })], 1)
    expect(await exchange(Buffer.concat([ping, Buffer.alloc(4, 1)]))).toEqual([])
    const silent = message([bodySection({ insert: 'c', documents: [{ _id: 1 }], $db: 'a' })], 2)
    const loud = message([bodySection({ count: 'c', $db: 'a' })])
    expect(await exchange(Buffer.concat([silent, loud]))).toMatchObject([{ n: 1 }])
  })

  it.each([
    ['a negative length', Buffer.from([255, 255, 255, 255, 0, 0, 0, 0])],
    ['a length below the header', Buffer.from([4, 0, 0, 0, 0, 0, 0, 0])],
    ['a message over 48,000,000 bytes', Buffer.from([1, 108, 220, 2, 0, 0, 0, 0])],
    ['an unknown op code', message([bodySection({ ping: 1, $db: 'a' })], 0, 9999)],
    ['an unknown section', message([{ kind: 7, bytes: Buffer.alloc(5) }])],
    ['an unknown required flag', message([bodySection({ ping: 1, $db: 'a' })], 4)],
    ['two bodies', message([bodySection({ ping: 1, $db: 'a' }), bodySection({ ping: 1, $db: 'a' })])],
  ])('hangs up on %s and goes on serving others', async (_, bytes) => {
    expect(await exchange(bytes)).toEqual([])
    expect(await fixture.client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 })
  })

  it.each([
    ['the start of a TLS handshake', Buffer.concat([Buffer.from('1603010200010001fc0303', 'hex'), Buffer.alloc(506)])],
    ['a compressed message', message([{ kind: 0, bytes: Buffer.alloc(5) }], 0, 2012)],
    ['a reply', message([{ kind: 0, bytes: Buffer.alloc(5) }], 0, 1)],
    ['an op code that is gone', message([{ kind: 0, bytes: Buffer.alloc(5) }], 0, 2002)],
  ])('answers what came before %s, and hangs up without waiting for the rest of it', async (_, bytes) => {
    const endless = Buffer.from(bytes)
    if (bytes[0] !== 0x16) endless.writeInt32LE(40_000_000, 0)
    const ping = message([bodySection({ ping: 1, $db: 'admin' })])
    // asks for one reply more than there can be: without the hanging up, it waits until the test's time is over
    expect(await exchange(endless)).toEqual([])
    expect(await exchange(Buffer.concat([ping, endless]), 2)).toMatchObject([{ ok: 1 }])
    expect(await exchange(Buffer.concat([ping, Buffer.from([1, 0, 0, 0])]), 2)).toMatchObject([{ ok: 1 }])
  })

  it('answers content that is not BSON, and goes on with the same connection', async () => {
    const broken = Buffer.from(BSON.serialize({ ping: 1, $db: 'admin' }))
    broken[4] = 0x77
    const ping = message([bodySection({ ping: 1, $db: 'admin' })])
    const [failed, ponged] = await exchange(Buffer.concat([message([{ kind: 0, bytes: broken }]), ping]), 2)
    expect(failed).toMatchObject({ ok: 0, code: 22, codeName: 'InvalidBSON' })
    expect(ponged).toMatchObject({ ok: 1 })
  })

  it('refuses unknown commands and unknown fields by name', async () => {
    const db = fixture.client.db('a')
    await expect(db.command({ nope: 1 })).rejects.toMatchObject({ code: 59, codeName: 'CommandNotFound' })
    await expect(db.command({ ping: 1, nope: 1 })).rejects.toMatchObject({ code: 40415 })
    await expect(db.command({ find: 5 })).rejects.toBeInstanceOf(MongoServerError)
  })

  it('tells that a port is taken', async () => {
    await expect(startEngine({ port: fixture.engine.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('streams hello to a client that asks for it, and answers at the end of the wait', async () => {
    const ask = { hello: 1, $db: 'admin' }
    const [first] = await exchange(message([bodySection(ask)]))
    expect(first?.['topologyVersion']).toBeDefined()
    const { topologyVersion } = first as { topologyVersion: BSON.Document }
    const asked = { ...ask, topologyVersion, maxAwaitTimeMS: 20 }
    const streamed = await exchange(message([bodySection(asked)], 1 << 16), 3)
    expect(streamed).toHaveLength(3)
    expect(streamed[2]).toMatchObject({ isWritablePrimary: true, topologyVersion: { counter: 6 } })
  })

  it('lets a driver come back after every connection was cut', async () => {
    const { engine } = fixture
    const client = fixture.connect({ heartbeatFrequencyMS: 500 })
    await client.db('a').collection('c').insertOne({ x: 1 })
    await engine.stop()
    const again = await startEngine({ port: engine.port })
    try {
      await vi.waitFor(() => client.db('a').collection('c').insertOne({ x: 2 }), { interval: 50 })
      expect(await client.db('a').collection('c').find().toArray()).toMatchObject([{ x: 2 }])
    } finally {
      await client.close()
      await again.stop()
    }
  })

  it('closes every connection and cursor when it stops, and may be stopped twice', async () => {
    const stream = fixture.client.db('a').collection('c').watch()
    await stream.tryNext()
    expect(fixture.engine.stats()).toMatchObject({ cursors: 1 })
    const closed = stream.close()
    await fixture.engine.stop()
    await fixture.engine.stop()
    await closed
    expect(fixture.engine.stats()).toEqual({ connections: 0, cursors: 0, sessions: 0 })
  })
})
