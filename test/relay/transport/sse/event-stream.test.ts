import { IncomingMessage, ServerResponse } from 'node:http'
import { connect, Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RelayError } from '../../../../src/errors.ts'
import type { Sink } from '../../../../src/relay/feed/sink.ts'
import { responseChannel } from '../../../../src/adapters/node/requests/response-channel.ts'
import { createGraphqlFrames } from '../../../../src/relay/transport/sse/event-frames.ts'
import { sendEventStream } from '../../../../src/relay/transport/sse/event-stream.ts'
import { createOutputRate } from '../../../../src/relay/transport/limits/output-rate.ts'
import { type RelayFixture, useRelay } from '../../../support/relay.ts'

/** A server-sent event, or a comment. */
interface Frame {
  readonly [field: string]: string
}

/** An event stream read by hand, as an `EventSource` would: by GET. */
interface RawStream {
  readonly response: Response
  /** The next frame; `undefined` at the end. */
  read(): Promise<Frame | undefined>
  close(): void
}

async function openStream(at: RelayFixture, query: string, headers: Record<string, string> = {}): Promise<RawStream> {
  const aborter = new AbortController()
  at.onEnd(() => aborter.abort())
  const url = new URL(at.relay.graphqlUrl)
  url.searchParams.set('query', query)
  const { signal } = aborter
  const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    response,
    close: () => aborter.abort(),
    async read() {
      while (!text.includes('\n\n')) {
        const chunk = await reader?.read()
        if (chunk?.value === undefined) return undefined
        text += chunk.value
      }
      const end = text.indexOf('\n\n')
      const lines = text.slice(0, end).split('\n')
      text = text.slice(end + 2)
      return Object.fromEntries(
        lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
      )
    },
  }
}

const comment = { '': '' }
const position = { id: expect.stringMatching(/^[0-9A-F]+$/), data: '' }

async function changesOf(at: RelayFixture): Promise<string> {
  const { t, i } = await at.deployment.operationTime()
  return `subscription { changes(db: "${at.db}", coll: "c", startAtOperationTime: {t: ${t}, i: ${i + 1}}) { operationType } }`
}

describe('an event stream', () => {
  const at = useRelay()

  it('ends with its connection also while it waits behind another one there', async () => {
    const { hostname, port, host } = new URL(at.relay.graphqlUrl)
    const query = encodeURIComponent(await changesOf(at))
    const request = `GET /graphql?query=${query} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`
    const socket = connect(Number(port), hostname)
    socket.write(request.repeat(20))
    await vi.waitFor(() => expect(at.relay.stats().subscribers).toBe(20))
    socket.destroy()
    await vi.waitFor(() => expect(at.relay.stats().subscribers).toBe(0))
  })
  const coll = () => at.deployment.client.db(at.db).collection('c')
  const changes = () => changesOf(at)

  it('carries each resume token as id, also when the operation does not ask for it', async () => {
    const stream = await openStream(at, await changes())
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream')
    await coll().insertOne({})
    expect(await stream.read()).toEqual(comment)
    expect(await stream.read()).toEqual(position)
    expect(await stream.read()).toEqual({
      id: expect.stringMatching(/^[0-9A-F]+$/),
      event: 'next',
      data: '{"data":{"changes":{"operationType":"insert"}}}',
    })
  })

  it('continues after Last-Event-ID, whatever the operation says', async () => {
    const query = await changes()
    const first = await openStream(at, query)
    await coll().insertOne({})
    await first.read()
    await first.read()
    const seen = await first.read()
    first.close()
    await coll().updateOne({}, { $set: { a: 1 } })
    const second = await openStream(at, query, { 'last-event-id': seen?.['id'] ?? '' })
    expect(await second.read()).toEqual(comment)
    expect(await second.read()).toEqual({ id: seen?.['id'], data: '' })
    expect((await second.read())?.['data']).toContain('"update"')
  })

  it('takes a Last-Event-ID that is as long as a message may be', async () => {
    const stream = await openStream(at, await changes(), { 'last-event-id': `8200${'00'.repeat(30_000)}` })
    expect(await stream.read()).toEqual(comment)
    expect((await stream.read())?.['data']).toContain('"code":"RESUME_TOKEN_INVALID"')
  })

  it('says why a Last-Event-ID cannot be continued after, and ends', async () => {
    const stream = await openStream(at, await changes(), { 'last-event-id': 'not a token' })
    expect(await stream.read()).toEqual(comment)
    expect((await stream.read())?.['data']).toContain('"code":"RESUME_TOKEN_INVALID"')
    expect(await stream.read()).toEqual({ event: 'complete', data: '' })
    expect(await stream.read()).toBeUndefined()
  })

  it('carries the result of a query, too', async () => {
    const stream = await openStream(at, '{ relay { embedded } }')
    expect(await stream.read()).toEqual(comment)
    expect(await stream.read()).toEqual({ event: 'next', data: '{"data":{"relay":{"embedded":false}}}' })
    expect(await stream.read()).toEqual({ event: 'complete', data: '' })
  })

  it('is what a subscription without an Accept header gets', async () => {
    const stream = await openStream(at, await changes(), { accept: '*/*' })
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream')
  })

  it('is refused to a client that accepts JSON alone', async () => {
    const { response } = await openStream(at, await changes(), { accept: 'application/json' })
    expect(response.status).toBe(406)
  })
})

describe('an event stream to a change stream that does not linger', () => {
  const at = useRelay(() => ({ lingerMs: 0 }))

  it('closes its cursor when the client is gone while nothing happens', async () => {
    const before = await at.deployment.openCursors()
    const stream = await openStream(at, await changesOf(at))
    await vi.waitFor(async () => expect(await at.deployment.openCursors()).toBe(before + 1))
    stream.close()
    await vi.waitFor(async () => expect(await at.deployment.openCursors()).toBe(before))
  })
})

describe('an event stream that is quiet', () => {
  const at = useRelay(() => ({ keepAliveMs: 100 }))

  const nothing = (db: string) => `subscription { changes(db: "${db}", where: {a: 1}) { operationType } }`

  it('sends comments, or positions, so that nothing on the way takes the connection for dead', async () => {
    const stream = await openStream(at, nothing(at.db))
    expect(await stream.read()).toEqual(comment)
    for (let count = 0; count < 3; count++) expect([comment, position]).toContainEqual(await stream.read())
  })

  it('moves its position on while nothing matches, and continues from there', async () => {
    const stream = await openStream(at, nothing(at.db))
    const ids: string[] = []
    while (ids.length < 3) {
      const frame = await stream.read()
      if (frame?.['id'] === undefined) continue
      ids.push(frame['id'])
      await at.deployment.client.db(at.db).collection('c').insertOne({ n: ids.length })
    }
    stream.close()
    expect(ids).toEqual([...new Set(ids)].sort())
    const all = `subscription { changes(db: "${at.db}") { fullDocument } }`
    const next = await openStream(at, all, { 'last-event-id': ids[0] ?? '' })
    for (let n = 1; n <= 3;) {
      const frame = await next.read()
      if (frame?.['event'] === 'next') expect(frame['data']).toContain(`"n":${n++}`)
    }
  })
})

describe('an event stream whose client does not read', () => {
  const at = useRelay()

  it('holds up nobody else, and takes nothing in', async () => {
    const { t, i } = await at.deployment.operationTime()
    const start = `startAtOperationTime: {t: ${t}, i: ${i + 1}}`
    const query = `subscription { changes(db: "${at.db}", coll: "c", ${start}) { json } }`
    const stuck = await openStream(at, query)
    const lively = await openStream(at, query)
    const coll = at.deployment.client.db(at.db).collection('c')
    const text = 'x'.repeat(100_000)
    for (let count = 0; count < 5; count++) await coll.insertMany(Array.from({ length: 40 }, () => ({ text })))
    // comments come as time passes
    const readAll = async (stream: RawStream) => {
      for (let count = 0; count < 200;) {
        const frame = await stream.read()
        if (frame === undefined) throw new Error(`The stream ended after ${count}`)
        if (frame['event'] === 'next') count++
      }
    }
    await readAll(lively)
    // and it is all there when it reads again
    await readAll(stuck)
  })
})

describe('an event stream that has ended', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  function sendUntilEnd(): ServerResponse {
    const response = new ServerResponse(new IncomingMessage(new Socket()))
    const start = (sink: Sink) => {
      queueMicrotask(() => sink.end(new RelayError('SHUTTING_DOWN', 'The relay is shutting down')))
      const none = () => undefined
      return { position: none, caughtUp: () => Promise.resolve(), resume: none, close: none, end: none, hold: none }
    }
    const frames = createGraphqlFrames({ toResult: () => ({}), comesBack: true })
    const outputRate = createOutputRate({ bytesPerSecond: Infinity })
    const options = { keepAliveMs: 1_000, maxBufferedBytes: 1_000, slowConsumerMs: 1_000, outputRate }
    void sendEventStream(responseChannel(response), { start, frames }, options)
    return response
  }

  it('is cut off when its client does not take the last frame', async () => {
    const response = sendUntilEnd()
    await vi.advanceTimersByTimeAsync(999)
    expect(response.destroyed).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(response.destroyed).toBe(true)
  })

  it('leaves no timer behind when its client goes before', async () => {
    const response = sendUntilEnd()
    await vi.advanceTimersByTimeAsync(0)
    expect(vi.getTimerCount()).toBe(1)
    response.emit('close')
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('an event stream whose client never reads again', () => {
  const at = useRelay(() => ({ keepAliveMs: 100, slowConsumerMs: 50, lingerMs: 0 }))

  it('is cut off, and its cursor closed', async () => {
    const before = await at.deployment.openCursors()
    const { host, port, pathname } = new URL(at.relay.graphqlUrl)
    const query = encodeURIComponent(`subscription { changes(db: "${at.db}", coll: "c") { json } }`)
    const socket = connect(Number(port), '127.0.0.1')
    at.onEnd(() => socket.destroy())
    socket.pause()
    socket.write(`GET ${pathname}?query=${query} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`)
    await vi.waitFor(async () => expect(await at.deployment.openCursors()).toBe(before + 1))
    const coll = at.deployment.client.db(at.db).collection('c')
    const text = 'x'.repeat(1_000_000)
    await coll.insertMany(Array.from({ length: 20 }, () => ({ text })))
    await vi.waitFor(async () => expect(await at.deployment.openCursors()).toBe(before))
  })
})
