import { describe, expect, it } from 'vitest'
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  frame,
  openRawWebSocket,
  PING,
  PONG,
  type RawWebSocket,
} from '../../../support/raw-web-socket.ts'
import { useRelay } from '../../../support/relay.ts'

const INIT = { type: 'connection_init' }
const ACK = { message: { type: 'connection_ack' } }
const VERSION = { query: '{ relay { embedded } }' }

const subscribeWith = (id: string) => JSON.stringify({ type: 'subscribe', id, payload: VERSION })

describe('graphql-transport-ws, byte by byte', () => {
  const at = useRelay()

  async function open(headers: Record<string, string | undefined> = {}, method?: string): Promise<RawWebSocket> {
    const raw = await openRawWebSocket(at.relay.graphqlUrl, headers, method)
    at.onEnd(() => raw.socket.destroy())
    return raw
  }

  async function connected(): Promise<RawWebSocket> {
    const raw = await open()
    raw.send(INIT)
    expect(await raw.next()).toEqual(ACK)
    return raw
  }

  const changes = (more = 'announceStart: true') => ({
    query: `subscription { changes(db: "${at.db}", coll: "c", ${more}) { operationType documentKey } }`,
  })
  const insert = (_id: number) => at.deployment.client.db(at.db).collection<{ _id: number }>('c').insertOne({ _id })
  const inserted = (id: string, _id: number) => ({
    message: { id, type: 'next', payload: { data: { changes: { operationType: 'insert', documentKey: { _id } } } } },
  })
  const started = (id: string) => ({
    message: { id, type: 'next', payload: { data: { changes: { operationType: 'started', documentKey: null } } } },
  })

  it.each<[string, string]>([
    ['no object', '5'],
    ['null', 'null'],
    ['an array', '[]'],
    ['JSON that ends early', '{"type":"connection_init"'],
    ['no type', '{"id":"1"}'],
    ['a type that is no string', '{"type":1}'],
    ['a type that only servers send', '{"type":"connection_ack","payload":5}'],
    ['an acknowledgement', '{"type":"connection_ack"}'],
    ['a result', '{"type":"next","id":"1","payload":{}}'],
    ['an error', '{"type":"error","id":"1","payload":[{"message":"x"}]}'],
    ['a payload of init that is no object', '{"type":"connection_init","payload":"x"}'],
    ['a subscribe without id', '{"type":"subscribe","payload":{"query":"{relay{version}}"}}'],
    ['a subscribe with an empty id', '{"type":"subscribe","id":"","payload":{"query":"{relay{version}}"}}'],
    ['a subscribe with an id that is no string', '{"type":"subscribe","id":1,"payload":{"query":"{relay{version}}"}}'],
    ['an id of more than 1,024 bytes', subscribeWith('é'.repeat(513))],
    ['a subscribe without payload', '{"type":"subscribe","id":"1"}'],
    ['a subscribe without query', '{"type":"subscribe","id":"1","payload":{}}'],
    ['a query that is no string', '{"type":"subscribe","id":"1","payload":{"query":{}}}'],
    ['variables that are no object', '{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":5}}'],
    [
      'an operation name that is no string',
      '{"type":"subscribe","id":"1","payload":{"query":"{a}","operationName":5}}',
    ],
    ['extensions that are no object', '{"type":"subscribe","id":"1","payload":{"query":"{a}","extensions":5}}'],
    ['a complete without id', '{"type":"complete"}'],
    ['a payload of ping that is no object', '{"type":"ping","payload":"x"}'],
    ['a payload of pong that is no object', '{"type":"pong","payload":1}'],
  ])('closes with 4400 for %s', async (_name, text) => {
    const raw = text.includes('init') ? await open() : await connected()
    raw.send(text)
    expect(await raw.closed()).toBe(4400)
  })

  it('closes with 4400 for a message in a binary frame', async () => {
    const raw = await open()
    raw.write(frame(JSON.stringify(INIT), { opcode: BINARY }))
    expect(await raw.closed()).toBe(4400)
  })

  it('closes with 4401 for a subscribe that comes with, but before, the init', async () => {
    const raw = await open()
    raw.write(
      Buffer.concat([
        frame(JSON.stringify({ type: 'subscribe', id: '1', payload: VERSION })),
        frame(JSON.stringify(INIT)),
      ]),
    )
    expect(await raw.closed()).toBe(4401)
    expect(raw.events).toHaveLength(1)
  })

  it('closes with 4429 for two inits in one packet', async () => {
    const raw = await open()
    raw.write(Buffer.concat([frame(JSON.stringify(INIT)), frame(JSON.stringify(INIT))]))
    expect(await raw.closed()).toBe(4429)
  })

  it('closes with 4409 for an id that is in use, and ends what used it', async () => {
    const raw = await connected()
    raw.send({ type: 'subscribe', id: '1', payload: changes() })
    expect(await raw.next()).toEqual(started('1'))
    raw.send({ type: 'subscribe', id: '1', payload: changes() })
    expect(await raw.closed()).toBe(4409)
    await expect.poll(() => at.relay.stats().subscribers).toBe(0)
  })

  it.each([
    ['of ASCII', 'x'.repeat(1_024), 'x'.repeat(108)],
    ['of emoji, none of which it cuts in two', '😀'.repeat(256), '😀'.repeat(27)],
    ['of lone surrogates', '\ud800'.repeat(341), '\ufffd'.repeat(36)],
  ])(
    'closes with 4409, and as much of the reason as fits, for a long id %s, that is in use',
    async (_of, id, shown) => {
      const raw = await connected()
      raw.send({ type: 'subscribe', id, payload: changes() })
      expect(await raw.next()).toEqual(started(id))
      raw.send({ type: 'subscribe', id, payload: changes() })
      expect(await raw.closed()).toBe(4409)
      expect(raw.events.at(-1)).toEqual({ close: 4409, reason: `Subscriber for ${shown}` })
      await expect.poll(() => at.relay.stats().subscribers).toBe(0)
    },
  )

  it('closes with 4400 for an id of more than 1,024 bytes, and ends what else is on the socket', async () => {
    const raw = await connected()
    raw.send({ type: 'subscribe', id: '1', payload: changes() })
    expect(await raw.next()).toEqual(started('1'))
    raw.send(subscribeWith('x'.repeat(1_025)))
    expect(await raw.closed()).toBe(4400)
    expect(raw.events.at(-1)).toEqual({ close: 4400, reason: 'An operation id has more than 1024 bytes' })
    await expect.poll(() => at.relay.stats().subscribers).toBe(0)
  })

  it('closes with 4409 for one id twice in one packet', async () => {
    const raw = await connected()
    const subscribe = frame(JSON.stringify({ type: 'subscribe', id: '1', payload: changes('last: 1') }))
    raw.write(Buffer.concat([subscribe, subscribe]))
    expect(await raw.closed()).toBe(4409)
    await expect.poll(() => at.relay.stats().subscribers).toBe(0)
  })

  it('answers ping with pong and the same payload, also before the init', async () => {
    const raw = await open()
    raw.send({ type: 'ping' })
    raw.send({ type: 'ping', payload: { a: [1, '\u0000', 'ü'] } })
    raw.send({ type: 'pong', payload: { b: 1 } })
    raw.send(INIT)
    expect([await raw.next(), await raw.next(), await raw.next()]).toEqual([
      { message: { type: 'pong' } },
      { message: { type: 'pong', payload: { a: [1, '\u0000', 'ü'] } } },
      ACK,
    ])
  })

  it('takes no notice of a complete for an id that it does not know', async () => {
    const raw = await connected()
    for (const id of ['1', '__proto__', 'constructor']) raw.send({ type: 'complete', id })
    raw.send({ type: 'subscribe', id: '1', payload: VERSION })
    expect(await raw.next()).toMatchObject({ message: { type: 'next', id: '1' } })
    expect(await raw.next()).toEqual({ message: { type: 'complete', id: '1' } })
  })

  it.each(['__proto__', 'constructor', 'toString', 'a"b\\c\u2028', '😀', ' '])('takes %j for an id', async (id) => {
    const raw = await connected()
    raw.send({ type: 'subscribe', id, payload: changes() })
    expect(await raw.next()).toEqual(started(id))
    await insert(1)
    expect(await raw.next()).toEqual(inserted(id, 1))
    raw.send({ type: 'complete', id })
    await expect.poll(() => at.relay.stats().subscribers).toBe(0)
  })

  it('lets an id be used again after a complete, also when all of it comes in one packet', async () => {
    const raw = await connected()
    const { t, i } = await at.deployment.operationTime()
    const payload = changes(`startAtOperationTime: { t: ${t}, i: ${i + 1} }`)
    const subscribe = frame(JSON.stringify({ type: 'subscribe', id: '1', payload }))
    const complete = frame(JSON.stringify({ type: 'complete', id: '1' }))
    raw.write(Buffer.concat([subscribe, complete, subscribe, complete, subscribe]))
    await expect.poll(() => at.relay.stats().subscribers).toBe(1)
    await insert(1)
    await insert(2)
    expect([await raw.next(), await raw.next()]).toEqual([inserted('1', 1), inserted('1', 2)])
    raw.write(complete)
    await expect.poll(() => at.relay.stats().subscribers).toBe(0)
  })

  it('ends what is completed while it is being subscribed to', async () => {
    const raw = await connected()
    const pairs = Array.from({ length: 50 }, (_, n) => [
      frame(JSON.stringify({ type: 'subscribe', id: `${n}`, payload: changes('last: 5') })),
      frame(JSON.stringify({ type: 'complete', id: `${n}` })),
    ])
    raw.write(Buffer.concat(pairs.flat()))
    raw.send({ type: 'subscribe', id: 'last', payload: changes() })
    expect(await raw.next()).toEqual(started('last'))
    await expect.poll(() => at.relay.stats().subscribers).toBe(1)
  })

  it('does nothing that comes after its own close, or after the client’s', async () => {
    const raw = await connected()
    const subscribe = frame(JSON.stringify({ type: 'subscribe', id: '1', payload: changes() }))
    raw.write(Buffer.concat([frame('x'), subscribe]))
    expect(await raw.closed()).toBe(4400)
    const polite = await connected()
    polite.write(Buffer.concat([frame(Buffer.from([0x03, 0xe8]), { opcode: CLOSE }), subscribe]))
    expect(await polite.closed()).toBe(1000)
    expect(at.relay.stats().subscribers).toBe(0)
  })

  it.each<[string, Buffer, number | undefined]>([
    ['an unmasked frame', frame('{}', { masked: false }), 1002],
    ['a reserved bit', frame('{}', { reserved: 4 }), 1002],
    ['an unknown opcode', frame('{}', { opcode: 3 }), 1002],
    ['an unknown control opcode', frame('', { opcode: 11 }), 1002],
    ['a continuation of nothing', frame('{}', { opcode: CONTINUATION }), 1002],
    ['a message within a message', Buffer.concat([frame('{', { final: false }), frame('}')]), 1002],
    ['a ping in pieces', frame('x', { opcode: PING, final: false }), 1002],
    ['a ping that is too long', frame('x'.repeat(126), { opcode: PING }), 1002],
    ['a close of one byte', frame('x', { opcode: CLOSE }), 1002],
    ['a close with a code that may not be sent', frame(Buffer.from([0x03, 0xed]), { opcode: CLOSE }), 1002],
    ['text that is no UTF-8', frame(Buffer.from([0xc3, 0x28])), 1007],
    ['a reason that is no UTF-8', frame(Buffer.from([0x03, 0xe8, 0xff]), { opcode: CLOSE }), 1007],
    ['a message that is too large', frame('x'.repeat(65_537)), 1009],
    ['a promise of a message that is too large', frame('x', { length: 2 ** 40 }), 1009],
    ['a length beyond all numbers', frame('x', { length: 2 ** 60 }), 1009],
    [
      'pieces that are too large together',
      Buffer.concat([frame('x'.repeat(40_000), { final: false }), frame('x'.repeat(40_000), { opcode: CONTINUATION })]),
      1009,
    ],
  ])('closes for %s, and no other socket', async (_name, bytes, code) => {
    const other = await connected()
    const raw = await connected()
    raw.write(bytes)
    expect(await raw.closed()).toBe(code)
    other.send({ type: 'subscribe', id: '1', payload: VERSION })
    expect(await other.next()).toMatchObject({ message: { id: '1', type: 'next' } })
  })

  it('takes a message in pieces, with pings between them, byte by byte', async () => {
    const raw = await open()
    const pieces = [...JSON.stringify(INIT)].flatMap((letter, n, all) => [
      frame(letter, { opcode: n === 0 ? 1 : CONTINUATION, final: n === all.length - 1 }),
      frame('', { opcode: n % 2 === 0 ? PING : PONG }),
    ])
    for (const byte of Buffer.concat(pieces)) raw.write(Buffer.from([byte]))
    expect(await raw.next()).toEqual(ACK)
  })

  it.each<[string, Record<string, string | undefined>, string | undefined, RegExp]>([
    ['another version', { 'Sec-WebSocket-Version': '7' }, undefined, /^HTTP\/1.1 (400|426)/],
    ['no version', { 'Sec-WebSocket-Version': undefined }, undefined, /^HTTP\/1.1 (400|426)/],
    ['no key', { 'Sec-WebSocket-Key': undefined }, undefined, /^HTTP\/1.1 400/],
    ['a key of another length', { 'Sec-WebSocket-Key': 'c2hvcnQ=' }, undefined, /^HTTP\/1.1 400/],
    ['another method', {}, 'POST', /^HTTP\/1.1 405/],
    ['another protocol', { Upgrade: 'h2c' }, undefined, /^HTTP\/1.1 400/],
    ['nonsense for a subprotocol', { 'Sec-WebSocket-Protocol': 'a,,b' }, undefined, /^HTTP\/1.1 400/],
    ['a subprotocol twice', { 'Sec-WebSocket-Protocol': 'a, a' }, undefined, /^HTTP\/1.1 400/],
    ['no host', { Host: undefined }, undefined, /^HTTP\/1.1 40[03]/],
  ])('refuses an upgrade with %s', async (_name, headers, method, status) => {
    const raw = await open(headers, method)
    expect(raw.head).toMatch(status)
    await raw.closed()
  })

  it('chooses its subprotocol among others', async () => {
    const raw = await open({ 'Sec-WebSocket-Protocol': 'graphql-ws, graphql-transport-ws' })
    expect(raw.head).toMatch(/^HTTP\/1.1 101 .*sec-websocket-protocol: graphql-transport-ws/is)
  })

  it('ends what belongs to a socket whose client stops sending in the middle', async () => {
    const raw = await connected()
    raw.send({ type: 'subscribe', id: '1', payload: changes() })
    expect(await raw.next()).toEqual(started('1'))
    raw.write(frame('x'.repeat(100)).subarray(0, 50))
    raw.socket.end()
    await raw.closed()
    await expect.poll(() => at.relay.stats().subscribers).toBe(0)
  })
})

describe('a relay that pings often', () => {
  const at = useRelay(() => ({ keepAliveMs: 200 }))

  it('cuts off a client that does not answer, and ends what belongs to it', async () => {
    const raw = await openRawWebSocket(at.relay.graphqlUrl)
    at.onEnd(() => raw.socket.destroy())
    raw.send(INIT)
    raw.send({ type: 'subscribe', id: '1', payload: { query: `subscription { changes(db: "${at.db}") { json } }` } })
    // this client never sends a pong
    expect(await raw.closed()).toBeUndefined()
    expect(raw.events).toEqual([ACK])
    await expect.poll(() => at.relay.stats().subscribers).toBe(0)
  })
})
