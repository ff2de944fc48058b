import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { watch, type WatchStatus } from '../../../src/client/index.ts'
import { type DefaultProxy, type DefaultProxyOptions, startDefaultProxy } from '../../support/default-proxy.ts'
import { askRaw } from '../../support/raw-http.ts'
import { openRawWebSocket } from '../../support/raw-web-socket.ts'
import { type RelayFixture, useRelay } from '../../support/relay.ts'
import { eventStream, webSocket } from '../../support/transports.ts'

const BODY = '{"query":"{ relay { embedded } }"}'
const ORIGIN = 'https://relay.example.com'

let proxies: DefaultProxy[] = []

afterEach(async () => {
  for (const proxy of proxies) await proxy.stop()
  proxies = []
})

async function behind(at: RelayFixture, options?: DefaultProxyOptions): Promise<string> {
  const proxy = await startDefaultProxy(at.relay.url, options)
  proxies.push(proxy)
  return proxy.url
}

const post = (url: string, headers: readonly string[]) =>
  askRaw(url, {
    method: 'POST',
    target: '/graphql',
    headers: ['Content-Type: application/json', ...headers],
    body: BODY,
  })

describe('a relay behind a proxy with its defaults', () => {
  const at = useRelay()

  it.each([
    ['an event stream', eventStream, undefined],
    ['a WebSocket', webSocket, { passesUpgrades: true }],
  ] as const)('delivers changes by %s as they happen, and continues', async (_name, transport, options) => {
    const url = `${await behind(at, options)}graphql`
    const coll = at.deployment.client.db(at.db).collection('c')
    const { t, i } = await at.deployment.operationTime()
    const first = transport.subscribe(url, { db: at.db, coll: 'c', startAtOperationTime: { t, i: i + 1 } })
    at.onEnd(() => first.stop())
    for (let n = 1; n <= 3; n++) {
      await coll.insertOne({ n })
      await first.take(n)
    }
    const [, second] = await first.take(3)
    const rest = transport.subscribe(url, { db: at.db, coll: 'c', startAfter: second?.resumeToken ?? '' })
    at.onEnd(() => rest.stop())
    const [third] = await rest.take(1)
    expect(third?.resumeToken).toBe((await first.take(3))[2]?.resumeToken)
  })

  it('serves its pages, and executes what they ask, as browsers send it', async () => {
    const url = await behind(at)
    const page = await askRaw(url, { target: '/graphql', host: 'relay.example.com', headers: ['Accept: text/html'] })
    expect(page?.headers.get('content-type')).toContain('text/html')
    const own = await post(url, [`Origin: ${ORIGIN}`, 'Sec-Fetch-Site: same-origin'])
    expect(own).toMatchObject({ status: 200, body: expect.stringContaining('embedded') })
    const foreign = await post(url, ['Origin: https://evil.example', 'Sec-Fetch-Site: cross-site'])
    expect(foreign).toMatchObject({ status: 403, body: expect.stringContaining('--allow-origin https://evil.example') })
  })

  it('works below a path that the proxy takes away', async () => {
    const url = await behind(at, { prefix: '/tailrace' })
    const graphiql = await askRaw(url, { target: '/tailrace/graphql', headers: ['Accept: text/html'] })
    // beside itself, whatever is before it
    expect(graphiql?.body).toContain('"endpoint":"graphql"')
    const slash = await askRaw(url, { target: '/tailrace/graphql/', headers: ['Accept: text/html'] })
    expect(slash?.headers.get('location')).toBe('../graphql')
    const query = `/tailrace/graphql?query=${encodeURIComponent('{ relay { embedded } }')}`
    expect(await askRaw(url, { target: query })).toMatchObject({ status: 200 })
  })

  it('says what to change where the proxy takes the upgrade out of WebSockets, also by the client', async () => {
    const url = await behind(at)
    await expect(watch({ url: `${url}graphql`, webSocketImpl: WebSocket }).next()).rejects.toMatchObject({
      name: 'WatchError',
      message: expect.stringContaining('pass on Upgrade and Connection'),
    })
  })

  it('says what to change where the proxy keeps the name that it was asked by, also by the client', async () => {
    const url = await behind(at, { passesUpgrades: true, toHost: () => 'relay.example.com' })
    const refused = { status: 403, body: expect.stringContaining('--allow-host relay.example.com') }
    expect(await askRaw(url, {})).toMatchObject(refused)
    expect(await post(url, [])).toMatchObject(refused)
    await expect(watch({ url: `${url}graphql`, webSocketImpl: WebSocket }).next()).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('--allow-host relay.example.com'),
    })
  })
})

describe('a relay that is told what it is called', () => {
  const at = useRelay(() => ({ allowedHosts: ['relay.example.com'] }))

  it.each<[string, DefaultProxyOptions]>([
    ['that asks by its address', {}],
    ['that keeps the name', { toHost: () => 'relay.example.com' }],
  ])('opens sockets for its page behind a proxy %s', async (_name, options) => {
    const url = await behind(at, { passesUpgrades: true, ...options })
    const raw = await openRawWebSocket(`${url}graphql`, { Origin: ORIGIN })
    at.onEnd(() => raw.socket.destroy())
    expect(raw.head).toMatch(/^HTTP\/1.1 101/)
    expect(await post(url, [`Origin: ${ORIGIN}`])).toMatchObject({ status: 200 })
    const foreign = await openRawWebSocket(`${url}graphql`, { Origin: 'https://evil.example' })
    at.onEnd(() => foreign.socket.destroy())
    expect(foreign.head).toMatch(/^HTTP\/1.1 403/)
  })
})

describe('a relay that has no room for another connection', () => {
  const at = useRelay(() => ({ maxConnections: 1, keepAliveTimeoutMs: 60_000, headersTimeoutMs: 60_000 }))

  it('has the client try again, and say why it waits', async () => {
    const held = await openRawWebSocket(at.relay.graphqlUrl)
    at.onEnd(() => held.socket.destroy())
    const statuses: WatchStatus[] = []
    const abort = new AbortController()
    const watching = watch({
      url: at.relay.graphqlUrl,
      webSocketImpl: WebSocket,
      signal: abort.signal,
      onStatus: (status) => statuses.push(status),
    }).next()
    await expect
      .poll(() => statuses.find(({ state }) => state === 'waiting'))
      .toMatchObject({ reason: 'The relay has 1 connections already, as `maxConnections` allows' })
    abort.abort(new Error('enough'))
    await expect(watching).rejects.toThrow('enough')
  })
})
