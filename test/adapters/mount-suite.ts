import { once } from 'node:events'
import { createClient, type Client } from 'graphql-ws'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { openDeployment, type TestDeployment } from '../support/deployment.ts'
import { useOnEnd } from '../support/on-end.ts'
import { openStream } from '../support/open-stream.ts'
import { askRaw } from '../support/raw-http.ts'

/**
 * Somebody's server with a relay below `/changes`.
 *
 * Its own middleware sets `x-theirs: yes` on each answer, and parses JSON. `/` and `/changesets` answer `theirs`,
 * `/echo` what was posted, `/mongo` whether its own `MongoClient` works, with `ok`. The cookie `session` names the
 * caller: `ada` sees everything, everybody else the collections `public`.
 */
export interface MountUnderTest {
  readonly origin: string
  /** How many subscribers the relay has now. */
  subscribers(): Promise<number | undefined> | number | undefined
  /** Stops the relay, and not the server. */
  stopRelay(): Promise<void>
  /** Stops both. */
  stop(): Promise<void>
}

/** What a server can do. */
export interface MountAbilities {
  /** Whether WebSockets reach the relay. Default true. */
  readonly upgrades?: boolean
  /** Whether a body that was parsed before is served; otherwise the answer says why not. Default true. */
  readonly parsedBodies?: boolean
  /**
   * Whether one server is enough for all tests: one in a process of its own, of which the last test alone stops the
   * relay. Default false.
   */
  readonly isShared?: boolean
}

const ADA = { cookie: 'theme=dark; session=ada' }
const BOB = { cookie: 'session=bob' }
const VERSION = '{ relay { version } }'

/** What a relay has to do in every server that it is mounted in. */
export function describeMount(
  name: string,
  start: (mongoUri: string) => Promise<MountUnderTest>,
  { upgrades = true, parsedBodies = true, isShared = false }: MountAbilities = {},
): void {
  describe(`a relay in ${name}`, () => {
    let deployment: TestDeployment
    let mount: MountUnderTest
    let graphqlUrl: string
    let db: string
    const [before, after] = isShared ? [beforeAll, afterAll] : [beforeEach, afterEach]

    before(async () => {
      deployment = await openDeployment()
      db = deployment.newDb()
      mount = await start(deployment.uri)
      graphqlUrl = `${mount.origin}/changes/graphql`
    })
    after(async () => {
      try {
        await mount.stop()
      } finally {
        await deployment.stop()
      }
    })
    const onEnd = useOnEnd()

    const insert = (coll: string, _id: string) =>
      deployment.client.db(db).collection<{ _id: string }>(coll).insertOne({ _id })
    const changes = (coll: string, fields = 'operationType documentKey') =>
      `subscription { changes(db: "${db}", coll: "${coll}", announceStart: true) { ${fields} } }`
    const get = (query: string, headers: Record<string, string> = {}) =>
      fetch(`${graphqlUrl}?query=${encodeURIComponent(query)}`, { headers })
    const post = (body: unknown, headers: Record<string, string> = {}, url = graphqlUrl) =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
    const open = async (query: string, headers: Record<string, string>) => {
      const stream = await openStream(graphqlUrl, query, headers)
      onEnd(() => stream.leave())
      return stream
    }
    const clientOf = (headers: Record<string, string>): Client => {
      class Socket extends WebSocket {
        constructor(url: string, protocols: string) {
          super(url, protocols, { headers })
        }
      }
      const url = graphqlUrl.replace('http', 'ws')
      const client = createClient({ url, webSocketImpl: Socket, retryAttempts: 0, lazy: true })
      onEnd(() => client.dispose())
      return client
    }

    it('answers queries, behind what the server does with each request', async () => {
      const answer = await get(VERSION, ADA)
      expect(await answer.json()).toMatchObject({ data: { relay: { version: expect.any(String) } } })
      expect([answer.status, answer.headers.get('x-theirs')]).toEqual([200, 'yes'])
      const { host } = new URL(mount.origin)
      // as to a proxy
      const target = `http://${host}/changes/graphql?query=${encodeURIComponent(VERSION)}`
      expect(await askRaw(mount.origin, { target, headers: [`Cookie: ${ADA.cookie}`] })).toMatchObject({ status: 200 })
    })

    it(`${parsedBodies ? 'answers' : 'says why it cannot answer'} queries whose bodies were parsed before`, async () => {
      const answer = await post({ query: VERSION }, ADA)
      if (parsedBodies) expect(await answer.json()).toMatchObject({ data: { relay: {} } })
      else expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('was read before')])
      expect(answer.headers.get('x-theirs')).toBe('yes')
    })

    it('answers bodies that are no operations with an error', async () => {
      const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
      for (const body of ['', '{', '[]', 'null', '"text"', '{"query":5}', deep]) {
        const answer = await post(body, ADA)
        expect([body, answer.status, await answer.text()]).toEqual([body, 400, expect.any(String)])
      }
      const long = await post({ query: `${VERSION} # ${'x'.repeat(3_000_000)}` }, ADA).catch(() => undefined)
      // a server may cut off who sends too much
      if (long) expect(long.status).toBe(413)
    })

    it('refuses callers without a session, and what pages of other sites send', async () => {
      expect((await get(VERSION)).status).toBe(401)
      expect((await get(changes('c'), { accept: 'text/event-stream', cookie: 'session=' })).status).toBe(401)
      const foreign = { ...ADA, origin: 'https://elsewhere.example' }
      expect((await get(VERSION, foreign)).status).toBe(403)
      if (!upgrades) return
      await expect(
        clientOf({})
          .iterate({ query: changes('c') })
          .next(),
      ).rejects.toMatchObject({ code: 4403 })
      const refused = clientOf(foreign)
        .iterate({ query: changes('c') })
        .next()
      await expect(refused).rejects.toMatchObject({ message: expect.stringContaining('403') })
    })

    it('shows each caller what the rules show to them', async () => {
      const [all, some] = await Promise.all([open(changes('public'), ADA), open(changes('public'), BOB)])
      await Promise.all([all, some].map((stream) => stream.until('started')))
      await insert('public', 'everybody’s')
      await Promise.all([all, some].map((stream) => stream.until('everybody’s')))
      const secret = await open(changes('secret'), ADA)
      await secret.until('started')
      await insert('secret', 'hers')
      await secret.until('hers')
      const refused = await open(changes('secret'), BOB)
      await refused.until('FORBIDDEN')
    })

    it('delivers an event stream live, and continues it by its Last-Event-ID', async () => {
      const first = await open(changes('c'), ADA)
      expect(first.response.headers.get('x-theirs')).toBe('yes')
      const [, id = ''] = /^id: (.+)$/m.exec(await first.until('started')) ?? []
      await insert('c', 'live')
      await first.until('live')
      first.leave()
      await insert('c', 'missed')
      const again = await open(changes('c'), { ...ADA, 'last-event-id': id })
      await again.until('live')
      await again.until('missed')
    })

    if (upgrades) {
      it('delivers over a WebSocket', async () => {
        const iterator = clientOf(ADA).iterate({ query: changes('c') })
        expect(await iterator.next()).toMatchObject({ value: { data: { changes: { operationType: 'started' } } } })
        await insert('c', 'by socket')
        const { value } = await iterator.next()
        expect(value).toMatchObject({ data: { changes: { documentKey: { _id: 'by socket' } } } })
        await iterator.return?.()
      })
    }

    it('leaves what is elsewhere to the server', async () => {
      for (const path of ['/', '/changesets', '/changes%2fgraphql']) {
        const answer = await fetch(mount.origin + path)
        const { headers } = answer
        expect([path, headers.get('x-theirs'), headers.has('content-security-policy')]).toEqual([path, 'yes', false])
        if (!path.includes('%')) expect(await answer.text()).toBe('theirs')
      }
      const echoed = await post({ a: 1 }, {}, `${mount.origin}/echo`)
      expect(await echoed.json()).toEqual({ a: 1 })
      const socket = new WebSocket(`${mount.origin.replace('http', 'ws')}/changesets`, 'graphql-transport-ws')
      const [error] = (await once(socket, 'error')) as [Error]
      expect(error.message).toMatch(/Unexpected server response: (200|404|426)|socket hang up/)
    })

    it('forgets clients that go away without a word', async () => {
      // of a server that does not hear of it, those of tests before are still there
      await vi.waitFor(async () => expect((await mount.subscribers()) ?? 0).toBe(0))
      const streams = await Promise.all(Array.from({ length: 5 }, () => open(changes('c', 'documentKey'), ADA)))
      const sockets = Array.from({ length: upgrades ? 5 : 0 }, () => {
        const client = clientOf(ADA)
        client.subscribe({ query: changes('c') }, { next() {}, error() {}, complete() {} })
        return client
      })
      await vi.waitFor(async () => expect(await mount.subscribers()).toBe(streams.length + sockets.length))
      for (const { leave } of streams) leave()
      for (const client of sockets) client.terminate()
      await vi.waitFor(async () => expect(await mount.subscribers()).toBe(0))
    })

    it('ends what is open when it stops, and leaves the server and its client of MongoDB as they are', async () => {
      const stream = await open(changes('c'), ADA)
      await stream.until('started')
      const iterator = upgrades ? clientOf(ADA).iterate({ query: changes('c') }) : undefined
      await iterator?.next()
      const over = iterator?.next().catch((error: unknown) => error)
      await Promise.all([stream.until('SHUTTING_DOWN'), mount.stopRelay()])
      if (over) expect(JSON.stringify(await over)).toContain('SHUTTING_DOWN')
      await vi.waitFor(async () => expect(await deployment.openCursors()).toBe(0))
      expect((await get(VERSION, ADA)).status).toBe(503)
      const ok = await fetch(`${mount.origin}/mongo`)
      expect(await ok.text()).toBe('ok')
    })
  })
}
