import { afterEach, describe, expect, it, vi } from 'vitest'
import { createHandler, type Handler } from '../../src/relay/handler.ts'
import type { HandlerOptions } from '../../src/relay/handler-options.ts'
import { useDeployment } from '../support/use-deployment.ts'

const RELAY = '{ relay { version } }'

describe('a handler', () => {
  const at = useDeployment()
  const handlers: Handler[] = []
  const open = (options: Partial<HandlerOptions> = {}) => {
    const handler = createHandler({ mongoUri: at.uri, ...options })
    handlers.push(handler)
    return handler
  }
  afterEach(async () => {
    for (const handler of handlers.splice(0)) await handler.stop()
  })
  const ask = (url = 'http://relay.example.com/graphql', headers: Record<string, string> = {}) =>
    new Request(`${url}?query=${encodeURIComponent(RELAY)}`, { headers })

  it.each([
    [{ port: 8_888 }, '`port` is an option of a relay with a server; a handler has none'],
    [{ mongoUri: undefined }, 'Give a handler either `mongoUri` or `client`'],
    [{ basePath: 'changes/' }, '`basePath` begins with a slash and ends with none'],
    [{ auth: {}, principal: () => null }, 'Give either `principal` or `auth`, not both'],
    [{ maxTokenByte: 3 }, 'Unknown option "maxTokenByte" of createRelay'],
    [{ trustedProxies: ['nonsense'] }, '`trustedProxies`: Neither an address'],
  ])('refuses %j at once', (options: object, message) => {
    expect(() => createHandler({ mongoUri: 'mongodb://127.0.0.1:1', ...options })).toThrow(message)
  })

  it('refuses to serve everybody unless that is said', async () => {
    await expect(open().fetch(ask())).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
  })

  it('has nothing open before the first request', async () => {
    const handler = open({ mongoUri: 'mongodb://127.0.0.1:1', allowAnonymous: true })
    expect(handler.stats()).toBeUndefined()
    await handler.stop()
  })

  it('serves below the path that it is mounted under alone', async () => {
    const handler = open({ allowAnonymous: true, allowedHosts: ['relay.example.com'], basePath: '/changes' })
    const statusOf = async (path: string) => (await handler.fetch(ask(`http://relay.example.com${path}`))).status
    expect(
      await Promise.all(['/changes/graphql', '/graphql', '/changesgraphql', '/changes/readyz'].map(statusOf)),
    ).toEqual([200, 404, 404, 200])
  })

  it('says so where the body of a request was read before', async () => {
    const handler = open({ principal: () => ({ subject: 'ada' }) })
    const post = () => {
      const headers = { 'content-type': 'application/json' }
      return new Request('http://relay.example.com/graphql', { method: 'POST', headers, body: '{}' })
    }
    const [read, locked] = [post(), post()]
    await read.json()
    locked.body?.getReader()
    for (const request of [read, locked]) {
      const answer = await handler.fetch(request)
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('was read before')])
    }
  })

  it('answers anonymous callers at names that are listed alone', async () => {
    const refused = await open({ allowAnonymous: true }).fetch(ask())
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('--allow-host')])
  })

  describe('with `principal`', () => {
    const principal = (request: Request) => {
      const user = request.headers.get('x-user')
      return user === null ? null : { subject: user }
    }

    it('serves whom the session names, and nobody else', async () => {
      const handler = open({ principal })
      expect((await handler.fetch(ask())).status).toBe(401)
      expect((await handler.fetch(ask(undefined, { 'x-user': 'ada' }))).status).toBe(200)
    })

    it('refuses pages of other origins, whose requests bring the session with them', async () => {
      const handler = open({ principal })
      const from = (origin: string) => handler.fetch(ask(undefined, { 'x-user': 'ada', origin }))
      expect((await from('https://elsewhere.example')).status).toBe(403)
      expect((await from('http://relay.example.com')).status).toBe(200)
    })

    it.each([
      ['GraphQL', `/graphql?query=${encodeURIComponent(RELAY)}`],
      ['the log', '/streams/shop/orders'],
    ])('lets pages of listed origins ask %s with their cookies, and read the answers', async (_name, path) => {
      const handler = open({ principal, allowedOrigins: ['https://app.example.com'] })
      const from = async (origin: string, method: string, headers: Record<string, string> = {}) => {
        const request = new Request(`http://relay.example.com${path}`, { method, headers: { origin, ...headers } })
        return (await handler.fetch(request)).headers
      }
      const credentials = (headers: Headers) => [
        headers.get('access-control-allow-origin'),
        headers.get('access-control-allow-credentials'),
      ]
      const listed = 'https://app.example.com'
      const asking = { 'access-control-request-method': 'GET' }
      expect(credentials(await from(listed, 'OPTIONS', asking))).toEqual([listed, 'true'])
      expect(credentials(await from(listed, 'GET', { 'x-user': 'ada' }))).toEqual([listed, 'true'])
      // also what says that there is no session
      expect(credentials(await from(listed, 'GET'))).toEqual([listed, 'true'])
      expect(credentials(await from('https://elsewhere.example', 'OPTIONS', asking))).toEqual([null, null])
      expect(credentials(await from('https://elsewhere.example', 'GET', { 'x-user': 'ada' }))).toEqual([null, null])
    })
  })

  describe('with a limit of connections', () => {
    const names = { allowAnonymous: true, allowedHosts: ['relay.example.com'] }
    const query = encodeURIComponent('subscription { changes(db: "shop") { operationType } }')
    const stream = (method = 'GET') =>
      new Request(`http://relay.example.com/graphql?query=${query}`, {
        method,
        headers: { accept: 'text/event-stream' },
      })

    it('counts requests until they are answered, and event streams until they are over', async () => {
      const handler = open({ ...names, maxConnections: 1 })
      for (let count = 0; count < 3; count++) expect((await handler.fetch(ask())).status).toBe(200)
      expect((await handler.fetch(stream('HEAD'))).status).toBe(200)
      const first = await handler.fetch(stream())
      const refused = await handler.fetch(ask())
      expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toMatchObject([
        503,
        '5',
        { errors: [{ extensions: { code: 'LIMIT_EXCEEDED' } }] },
      ])
      expect((await handler.refuseUpgrade(ask()))?.status).toBe(503)
      await first.body?.cancel()
      expect(await handler.refuseUpgrade(ask())).toBeUndefined()
      expect((await handler.fetch(ask())).status).toBe(200)
    })

    it('lets pages of listed origins read why they are refused', async () => {
      const origin = 'https://app.example.com'
      const handler = open({ ...names, maxConnections: 1, allowedOrigins: [origin] })
      await handler.fetch(stream())
      const refusedTo = async (page: string) => (await handler.fetch(ask(undefined, { origin: page }))).headers
      expect((await refusedTo(origin)).get('access-control-allow-origin')).toBe(origin)
      expect((await refusedTo('https://elsewhere.example')).get('access-control-allow-origin')).toBeNull()
    })

    it('counts by the address that an adapter knows, and gives back what a request took that failed', async () => {
      const handler = open({ ...names, maxConnectionsPerAddress: 1 })
      const statusOf = async (address?: string) => (await handler.fetch(ask(), { address })).status
      const first = await handler.fetch(stream(), { address: '192.0.2.1' })
      expect(await Promise.all(['192.0.2.1', '192.0.2.2', undefined].map(statusOf))).toEqual([429, 200, 200])
      await first.body?.cancel()
      const failing = open({ maxConnections: 1, principal: () => Promise.reject(new Error('no')) })
      for (let count = 0; count < 3; count++) expect((await failing.fetch(ask())).status).toBe(500)
    })

    it('closes a socket with 1013 whose place another took since its request was not refused', async () => {
      const handler = open({ ...names, maxConnectionsPerAddress: 1 })
      const connection = { address: '192.0.2.1' }
      const connect = () => {
        const socket = { send: vi.fn(), close: vi.fn() }
        return { ...socket, receiver: handler.connect(ask(), socket, connection) }
      }
      expect(await handler.refuseUpgrade(ask(), connection)).toBeUndefined()
      const [first, second] = [connect(), connect()]
      await vi.waitFor(() => expect(second.close).toHaveBeenCalledWith(1013, expect.stringContaining('connections')))
      expect((await handler.refuseUpgrade(ask(), connection))?.status).toBe(429)
      second.receiver.closed()
      expect((await handler.refuseUpgrade(ask(), connection))?.status).toBe(429)
      first.receiver.closed()
      expect(await handler.refuseUpgrade(ask(), connection)).toBeUndefined()
    })
  })

  it('starts with the next request where it could not with the first', async () => {
    let failures = 1
    const client = new Proxy(at.client, {
      get(target, name) {
        if (name === 'options' && failures-- > 0) throw new Error('EMFILE')
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
    const handler = open({ mongoUri: undefined, client, allowAnonymous: true, allowedHosts: ['relay.example.com'] })
    await expect(handler.fetch(ask())).rejects.toThrow('EMFILE')
    expect((await handler.fetch(ask())).status).toBe(200)
  })

  it('answers 500, and logs why, where the session cannot be read', async () => {
    const logged = vi.fn()
    const log = { debug: logged, info: logged, warn: logged, error: logged }
    const principal = () => Promise.reject(new Error('the store of sessions is gone'))
    const answer = await open({ principal, log }).fetch(ask())
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('sessions')
    expect(
      JSON.stringify(logged.mock.calls, (_key, value: unknown) => (value instanceof Error ? value.message : value)),
    ).toContain('the store of sessions is gone')
  })

  it('uses a client that is given, and leaves it open', async () => {
    const { client } = at
    const handler = open({ mongoUri: undefined, client, allowAnonymous: true, allowedHosts: ['relay.example.com'] })
    expect((await handler.fetch(ask())).status).toBe(200)
    await handler.stop()
    expect(await client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 })
    expect((await handler.fetch(ask())).status).toBe(503)
  })
})
