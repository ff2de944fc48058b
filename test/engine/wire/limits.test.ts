import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { BSON, MongoServerError, type Document } from 'mongodb'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { FrameSplitter } from '../../../src/engine/wire/frame-splitter.ts'
import { useEngine } from '../../support/engine.ts'
import { WireClient } from '../../support/wire-client.ts'

let clock = 1_800_000_000_000
const fixture = useEngine({ now: () => clock, sweepIntervalMs: 5 })

function toMessage(body: Document, id = 1): Buffer {
  const document = BSON.serialize(body)
  const head = Buffer.alloc(21)
  head.writeInt32LE(head.length + document.length, 0)
  head.writeInt32LE(id, 4)
  head.writeInt32LE(2013, 12)
  return Buffer.concat([head, document])
}

const opened: (() => void)[] = []
afterEach(() => {
  for (const close of opened.splice(0)) close()
})

async function wireClient(): Promise<WireClient> {
  const wire = await WireClient.open(fixture.engine.host, fixture.engine.port)
  opened.push(() => wire.close())
  return wire
}

async function rawSocket(): Promise<Socket> {
  const socket = connect(fixture.engine.port, fixture.engine.host)
  socket.on('error', () => undefined)
  opened.push(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** A document of exactly that many bytes. */
function sized(bytes: number): Document {
  const empty = BSON.calculateObjectSize({ _id: 1, s: '' })
  return { _id: 1, s: 'a'.repeat(bytes - empty) }
}

interface Stored extends Document {
  _id: number | string
}

const collection = () => fixture.client.db('a').collection<Stored>('c')

describe('clients that misbehave', () => {
  it('do not hinder others with half a message', async () => {
    const message = toMessage({ ping: 1, $db: 'admin' })
    for (const length of [1, 3, 4, 15, 16, 17, message.length - 1])
      (await rawSocket()).write(message.subarray(0, length))
    expect(await fixture.client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 })
  })

  it('leave nothing when they come and go by the hundred', async () => {
    await fixture.client.db('admin').command({ ping: 1 })
    const own = fixture.engine.stats().connections
    for (let round = 0; round < 3; round++) {
      const sockets = await Promise.all(Array.from({ length: 200 }, rawSocket))
      for (const [i, socket] of sockets.entries()) {
        if (i % 3 === 0) socket.write(toMessage({ find: 'c', $db: 'a' }))
        if (i % 3 === 1) socket.end()
        else socket.destroy()
      }
    }
    await vi.waitFor(() => expect(fixture.engine.stats().connections).toBe(own))
  })

  it('have nothing run that they sent behind a message that ends the connection', async () => {
    const socket = await rawSocket()
    const fatal = toMessage({ ping: 1, $db: 'a' })
    fatal.writeInt32LE(9999, 12)
    const closed = once(socket, 'close')
    socket.write(Buffer.concat([fatal, toMessage({ insert: 'c', documents: [{ _id: 1 }], $db: 'a' })]))
    socket.resume()
    await closed
    expect(await collection().countDocuments()).toBe(0)
  })

  it('get no answer to a message that waits for none, even when it cannot be read', async () => {
    const silent = toMessage({ ping: 1, $db: 'admin' }, 1)
    silent.writeUInt32LE(2, 16)
    silent[25] = 0x77
    const socket = await rawSocket()
    socket.write(Buffer.concat([silent, toMessage({ ping: 1, $db: 'admin' }, 2)]))
    const [reply] = (await once(socket, 'data')) as [Buffer]
    expect(reply.readInt32LE(8)).toBe(2)
  })
})

/** Inserts that many empty documents with one message. */
async function insertEmpty(count: number): Promise<Document> {
  const content = Buffer.concat([
    Buffer.from('documents\0'),
    ...Array<Buffer>(count).fill(Buffer.from([5, 0, 0, 0, 0])),
  ])
  const head = Buffer.alloc(5)
  head[0] = 1
  head.writeInt32LE(content.length + 4, 1)
  const message = Buffer.concat([toMessage({ insert: 'many', $db: 'a' }), head, content])
  message.writeInt32LE(message.length, 0)
  const socket = await rawSocket()
  socket.write(message)
  const [reply] = (await once(socket, 'data')) as [Buffer]
  return BSON.deserialize(reply.subarray(21))
}

describe('the size of messages', () => {
  it('is at most 48,000,000 bytes', async () => {
    const splitter = new FrameSplitter()
    const message = Buffer.alloc(48_000_000)
    message.writeInt32LE(message.length, 0)
    message.writeInt32LE(2013, 12)
    const cuts = [0, 3, 4, 100_000, 20_000_000, message.length]
    const pieces = cuts.slice(1).map((end, i) => message.subarray(cuts[i], end))
    expect(pieces.flatMap((piece) => [...splitter.push(piece)]).map((frame) => frame.length)).toEqual([48_000_000])
    expect(splitter.pendingBytes).toBe(0)
    message.writeInt32LE(48_000_001, 0)
    expect(() => [...splitter.push(message)]).toThrow('message length 48000001')
  })

  it('holds batches of 48,000,000 bytes and of 100,000 documents, and no larger ones', async () => {
    const documents = Array.from({ length: 2 }, (_, i) => ({ ...sized(16_000_000), _id: i }))
    expect(await collection().insertMany(documents)).toMatchObject({ insertedCount: 2 })
    expect(await insertEmpty(100_000)).toMatchObject({ n: 100_000, ok: 1 })
    expect(await insertEmpty(100_001)).toMatchObject({
      code: 16,
      errmsg: expect.stringContaining('Got 100001 operations'),
    })
  })

  it('of a document is 16 MiB when it is stored, and little more when it is sent', async () => {
    const db = fixture.client.db('a')
    const tooLarge = await db.command({ insert: 'c', documents: [sized(16_777_217)] })
    expect(tooLarge).toMatchObject({ n: 0, writeErrors: [{ code: 2 }] })
    await expect(db.command({ find: 'c', filter: sized(16_800_000) })).rejects.toMatchObject({ code: 10334 })
    await db.collection('c').insertOne(sized(16_777_216))
    expect(await db.collection('c').findOne()).toMatchObject({ _id: 1 })
    expect(await db.command({ findAndModify: 'c', query: {}, update: { $unset: { t: 1 } } })).toMatchObject({ ok: 1 })
    await expect(db.collection('c').updateOne({}, { $set: { t: 1 } })).rejects.toMatchObject({ code: 17419 })
  })

  it('of a result is 16 MiB: more is refused by its code', async () => {
    await collection().insertMany(Array.from({ length: 17 }, (_, i) => ({ _id: i, s: `${i}${'a'.repeat(1_000_000)}` })))
    await expect(collection().distinct('s')).rejects.toMatchObject({ code: 17217 })
    const grouped = collection()
      .aggregate([{ $group: { _id: 1, all: { $push: '$s' } } }])
      .toArray()
    await expect(grouped).rejects.toMatchObject({ code: 10334 })
    expect(await collection().find().toArray()).toHaveLength(17)
  })

  it('of many errors leaves their messages out', async () => {
    await collection().insertOne({ _id: 'a'.repeat(1_000) })
    const documents = Array.from({ length: 3_000 }, () => ({ _id: 'a'.repeat(1_000) }))
    const failed: unknown = await collection()
      .insertMany(documents, { ordered: false })
      .catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(MongoServerError)
    const errors = (failed as { writeErrors: { code: number; errmsg: string }[] }).writeErrors
    expect(errors).toHaveLength(3_000)
    expect(errors.every(({ code }) => code === 11000)).toBe(true)
    expect(errors.at(-1)?.errmsg).toBe('')
  })
})

describe('the depth of documents', () => {
  const nested = (levels: number): Document => {
    let inner: Document = {}
    for (let level = 1; level < levels; level++) inner = { a: inner }
    return inner
  }

  it('is at most 180 levels when stored, so that change events can be read', async () => {
    const stream = collection().watch([{ $match: { operationType: 'insert' } }])
    await stream.tryNext()
    await collection().insertOne({ _id: 1, ...nested(180) })
    expect(await stream.next()).toMatchObject({ operationType: 'insert' })
    await stream.close()
    await expect(collection().insertOne({ _id: 2, ...nested(181) })).rejects.toMatchObject({ code: 15 })
    await expect(collection().updateOne({}, { $set: { b: nested(180) } })).rejects.toMatchObject({ code: 15 })
    await expect(collection().find(nested(201)).toArray()).rejects.toMatchObject({ code: 15 })
  })
})

describe('operations without end', () => {
  /** A value that each of some levels of variables makes of the one before it. */
  const grown = (step: unknown) =>
    Array.from({ length: 45 }).reduce((inner) => ({ $let: { vars: { v: step }, in: inner } }), '$$v')
  const single = [{ $documents: [{ n: 1 }] }]
  const evaluate = (x: unknown) =>
    fixture.client
      .db('a')
      .aggregate([...single, { $project: { x } }])
      .toArray()

  it.each([
    ['in size', ['$$v', '$$v'], 10334],
    ['in depth', { a: { a: { a: { a: { a: '$$v' } } } } }, 15],
  ])('that grow %s are refused', async (_, step, code) => {
    await expect(evaluate({ $let: { vars: { v: 1 }, in: grown(step) } })).rejects.toMatchObject({ code })
  })

  it('in regular expressions end after half a second', async () => {
    await collection().insertOne({ _id: 1, s: `${'a'.repeat(40)}b` })
    await expect(
      collection()
        .find({ s: /^(a+)+$/ })
        .toArray(),
    ).rejects.toMatchObject({ code: 51156 })
  })

  it('are cut at 1,000 stages', async () => {
    const stages = Array.from({ length: 1_001 }, () => ({ $match: {} }))
    await expect(collection().aggregate(stages).toArray()).rejects.toMatchObject({ code: 7749501 })
  })

  it('named by a time beyond 32 bits are refused', async () => {
    const { cursor } = await fixture.client
      .db('a')
      .command({ aggregate: 'c', pipeline: [{ $changeStream: {} }], cursor: {} })
    const wire = await wireClient()
    const id = BSON.Long.fromValue(cursor.id as BSON.Long)
    const reply = await wire.command('a', { getMore: id, collection: 'c', maxTimeMS: 2 ** 31 })
    expect(BSON.EJSON.serialize(reply)).toMatchObject({ ok: 0, code: 2 })
  })
})

describe('idle sessions', () => {
  it('are forgotten by the thousand after half an hour', async () => {
    const wire = await wireClient()
    const own = fixture.engine.stats().sessions
    const ping = () => wire.command('admin', { ping: 1, lsid: { id: new BSON.UUID() } })
    await Promise.all(Array.from({ length: 2_000 }, ping))
    expect(fixture.engine.stats().sessions).toBe(own + 2_000)
    clock += 1_801_000
    await vi.waitFor(() => expect(fixture.engine.stats().sessions).toBe(0))
  })
})
