import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createClient } from 'graphql-ws'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { openDeployment, type TestDeployment } from '../support/deployment.ts'
import { useOnEnd } from '../support/on-end.ts'
import { openStream } from '../support/open-stream.ts'
import { eventStream, webSocket } from '../support/transports.ts'

/** A relay behind some adapter, where everybody may see everything, and an address may have {@link CONNECTIONS}. */
export interface AdapterUnderTest {
  readonly graphqlUrl: string
  /** How many subscribers it has now. */
  subscribers(): Promise<number | undefined> | number | undefined
  /** What a process that is the relay's own takes, in bytes; `undefined` where that is not known. */
  memoryBytes?(): number | undefined
  /** Stops the relay, and then what it runs in. Idempotent. */
  stop(): Promise<void>
}

/** How many connections the relay has to allow an address, with `maxConnectionsPerAddress`. */
export const CONNECTIONS = 40

/** How many clients of each transport read nothing, and of how much. */
const UNREADING = 8
const UNREAD_EVENTS = 120
const UNREAD_EVENT_BYTES = 200_000

/** What every adapter has to do, whatever runtime it is in. */
export function describeAdapter(name: string, start: (mongoUri: string) => Promise<AdapterUnderTest>): void {
  describe(`a relay ${name}`, () => {
    let deployment: TestDeployment
    let relay: AdapterUnderTest
    let db: string

    beforeEach(async () => {
      deployment = await openDeployment()
      db = deployment.newDb()
      relay = await start(deployment.uri)
    })
    afterEach(async () => {
      try {
        await relay.stop()
      } finally {
        await deployment.stop()
      }
    })

    const onEnd = useOnEnd()

    const collection = () => deployment.client.db(db).collection<{ _id: number | string; text?: string }>('c')
    const changes = (fields: string, args = '') =>
      `subscription { changes(db: "${db}", coll: "c"${args}) { ${fields} } }`
    const post = (query: string, headers: Record<string, string> = {}) =>
      fetch(relay.graphqlUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query }),
      })
    const open = async (query: string, headers: Record<string, string> = {}) => {
      const stream = await openStream(relay.graphqlUrl, query, headers)
      onEnd(() => stream.leave())
      return stream
    }
    const openUnreadSocket = async (query: string) => {
      const socket = new WebSocket(relay.graphqlUrl.replace('http', 'ws'), 'graphql-transport-ws')
      socket.on('error', () => undefined)
      onEnd(() => socket.terminate())
      await once(socket, 'open')
      socket.send('{"type":"connection_init"}')
      await once(socket, 'message')
      socket.pause()
      socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }))
      return socket
    }
    const statusOfSocket = async () => {
      const socket = new WebSocket(relay.graphqlUrl.replace('http', 'ws'), 'graphql-transport-ws')
      socket.on('error', () => undefined)
      onEnd(() => socket.terminate())
      const answered = new Promise<number | undefined>((resolve) => {
        socket.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode))
        socket.once('open', () => resolve(101))
      })
      return answered.finally(() => socket.terminate())
    }

    it('answers queries, and says what is wrong', async () => {
      expect(await (await post('{ relay { defaultNamespace { db } } }')).json()).toMatchObject({ data: { relay: {} } })
      const wrong = await post('{ nothing }', { accept: 'application/graphql-response+json' })
      expect(wrong.status).toBe(400)
      expect(await wrong.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
      const form = await post('{ relay { version } }', { 'content-type': 'text/plain' })
      expect(form.status).toBe(415)
      const foreign = await post('{ relay { version } }', { origin: 'https://elsewhere.example' })
      expect(foreign.status).toBe(403)
      const { origin } = new URL(relay.graphqlUrl)
      expect(await (await fetch(`${origin}/healthz`)).text()).toBe('ok\n')
      expect((await fetch(`${origin}/nothing`)).status).toBe(404)
      const large = await post(`{ relay { version } } # ${'x'.repeat(2_000_000)}`).catch((error: unknown) => error)
      if (large instanceof Response) expect(large.status).toBe(413)
    })

    it('serves the live page, as it was built', async () => {
      const page = await fetch(new URL('.', relay.graphqlUrl))
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
      const [, path = ''] = /<script [^>]*src="([^"]+)"/.exec(await page.text()) ?? []
      const url = new URL(path, page.url)
      const script = await fetch(url)
      expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8'])
      expect((await script.text()).length).toBeGreaterThan(10_000)
      const etag = script.headers.get('etag') ?? ''
      expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304)
    })

    it.each(['gzip', 'identity'])('serves GraphiQL to browsers, with the encoding %s', async (encoding) => {
      const headers = { accept: 'text/html,*/*;q=0.8', 'accept-encoding': encoding }
      const page = await fetch(relay.graphqlUrl, { headers })
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      expect(page.headers.get('content-encoding')).toBe(encoding === 'gzip' ? 'gzip' : null)
      const [, hash = ''] = /script-src '([^']+)'/.exec(page.headers.get('content-security-policy') ?? '') ?? []
      const html = await page.text()
      const script = html.slice(html.indexOf('<script>') + '<script>'.length, html.lastIndexOf('</script>'))
      expect(hash).toBe(`sha256-${createHash('sha256').update(script).digest('base64')}`)
    })

    it.each([webSocket, eventStream])(
      'delivers over $name, and ends what it cannot serve with an error',
      async (by) => {
        const { t, i } = await deployment.operationTime()
        const live = by.subscribe(relay.graphqlUrl, { db, coll: 'c', startAtOperationTime: { t, i: i + 1 } })
        onEnd(() => live.stop())
        await collection().insertOne({ _id: 1 })
        const [first] = await live.take(1)
        expect(first).toMatchObject({ operationType: 'insert', fullDocument: { _id: 1 } })
        const refused = by.subscribe(relay.graphqlUrl, { db, coll: 'c', startAfter: 'nonsense' })
        expect(await refused.failure()).toMatchObject({ extensions: { code: 'RESUME_TOKEN_INVALID' } })
      },
    )

    it('continues an event stream by its Last-Event-ID', async () => {
      const first = await open(changes('operationType', ', announceStart: true'))
      const [, id = ''] = /^id: (.+)$/m.exec(await first.until('started')) ?? []
      first.leave()
      await collection().insertOne({ _id: 'missed' })
      const again = await open(changes('documentKey'), { 'last-event-id': id })
      await again.until('missed')
    })

    it('keeps an event stream open on which nothing happens', async () => {
      const stream = await open(changes('operationType documentKey', ', announceStart: true'))
      await stream.until('started')
      await stream.until('\n\n')
      // what says that it lives
      await stream.until(':')
      await collection().insertOne({ _id: 'late' })
      await stream.until('"late"')
    })

    it('delivers two operations on one socket, all and in order', async () => {
      const client = createClient({ url: relay.graphqlUrl.replace('http', 'ws'), webSocketImpl: WebSocket })
      onEnd(() => client.dispose())
      const seen: unknown[][] = [[], []]
      let started = 0
      for (const keys of seen) {
        client.subscribe<{ changes: { operationType: string; documentKey: { _id: unknown } } }>(
          { query: changes('operationType documentKey', ', announceStart: true') },
          {
            next({ data }) {
              if (data?.changes.operationType === 'started') started++
              else keys.push(data?.changes.documentKey._id)
            },
            error: (error) => keys.push(error),
            complete: () => undefined,
          },
        )
      }
      await vi.waitFor(() => expect(started).toBe(2))
      const ids = Array.from({ length: 2_000 }, (_, n) => n)
      for (let at = 0; at < ids.length; at += 250) {
        await collection().insertMany(ids.slice(at, at + 250).map((_id) => ({ _id, text: 'x'.repeat(200) })))
      }
      await vi.waitFor(() => expect(seen.map(({ length }) => length)).toEqual([2_000, 2_000]))
      expect(seen).toEqual([ids, ids])
    })

    it('delivers an event of many megabytes', async () => {
      const { t, i } = await deployment.operationTime()
      const live = webSocket.subscribe(relay.graphqlUrl, { db, coll: 'c', startAtOperationTime: { t, i: i + 1 } })
      onEnd(() => live.stop())
      await collection().insertOne({ _id: 'large', text: 'y'.repeat(10_000_000) })
      const [large] = await live.take(1)
      expect(large).toMatchObject({ documentKey: { _id: 'large' } })
    })

    it('forgets clients that go away without a word', async () => {
      const streams = await Promise.all(Array.from({ length: 10 }, () => open(changes('documentKey'))))
      const sockets = Array.from({ length: 10 }, () => webSocket.subscribe(relay.graphqlUrl, { db, coll: 'c' }))
      await vi.waitFor(async () => expect(await relay.subscribers()).toBe(20))
      for (const { leave } of streams) leave()
      for (const socket of sockets) socket.stop()
      await vi.waitFor(async () => expect(await relay.subscribers()).toBe(0))
    })

    it('has so many connections of an address, and takes others when some have gone', async () => {
      const streams = await Promise.all(Array.from({ length: CONNECTIONS / 2 }, () => open(changes('documentKey'))))
      const sockets = await Promise.all(
        Array.from({ length: CONNECTIONS / 2 }, () => openUnreadSocket(changes('ns { db }'))),
      )
      await vi.waitFor(async () => expect(await relay.subscribers()).toBe(CONNECTIONS))
      expect(await statusOfSocket()).toBe(429)
      const refused = await post('{ relay { version } }')
      expect([refused.status, await refused.json()]).toMatchObject([
        429,
        { errors: [{ extensions: { code: 'LIMIT_EXCEEDED' } }] },
      ])
      sockets[0]?.terminate()
      await vi.waitFor(async () => expect((await post('{ relay { version } }')).status).toBe(200))
      streams[0]?.leave()
      await vi.waitFor(async () => expect(await statusOfSocket()).toBe(101))
    })

    it('is not held up by clients that read nothing, nor keeps for each what they do not read', async () => {
      const query = changes('operationType documentKey fullDocument', ', announceStart: true')
      await Promise.all(Array.from({ length: UNREADING }, () => open(query)))
      await Promise.all(Array.from({ length: UNREADING }, () => openUnreadSocket(query)))
      const lively = await open(query)
      await lively.until('started')
      await vi.waitFor(async () => expect(await relay.subscribers()).toBe(2 * UNREADING + 1))
      const before = relay.memoryBytes?.()
      for (let n = 0; n < UNREAD_EVENTS; n += 10) {
        const ids = Array.from({ length: 10 }, (_, at) => n + at)
        await collection().insertMany(ids.map((_id) => ({ _id, text: 'z'.repeat(UNREAD_EVENT_BYTES) })))
        await lively.until(`"_id":${n + 9}}`)
      }
      if (before === undefined) return
      const grown = (relay.memoryBytes?.() ?? 0) - before
      expect(grown).toBeLessThan((2 * UNREADING * UNREAD_EVENTS * UNREAD_EVENT_BYTES) / 2)
    })

    it('ends every subscription and closes every cursor when it stops', async () => {
      const live = [webSocket, eventStream].map((by) => by.subscribe(relay.graphqlUrl, { db, coll: 'c' }))
      await vi.waitFor(async () => expect(await relay.subscribers()).toBe(2))
      await vi.waitFor(async () => expect(await deployment.openCursors()).toBeGreaterThan(0))
      const [failures] = await Promise.all([Promise.all(live.map((one) => one.failure())), relay.stop()])
      expect(failures.map(({ extensions }) => extensions?.['code'])).toEqual(['SHUTTING_DOWN', 'SHUTTING_DOWN'])
      await vi.waitFor(async () => expect(await deployment.openCursors()).toBe(0))
    })
  })
}
