import { type IncomingHttpHeaders, request } from 'node:http'
import { CloseCode, createClient } from 'graphql-ws'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { CLAIMS, createSigningKey, NOW_MS, seconds, SECRET, secretToken } from '../auth/issuer.ts'
import { useKeyServer } from '../auth/use-key-server.ts'
import { logLines } from '../../support/log-lines.ts'
import { useRelay } from '../../support/relay.ts'
import { openHandSocket } from '../../support/socket.ts'

const TOKEN = 'the-token-of-a-machine'
const APP = 'https://app.example.com'
const QUERY = '{ relay { embedded } }'
const ANSWER = { data: { relay: { embedded: false } } }
const JWT = { secret: SECRET, issuer: 'issuer', audience: 'relay' }
const TOKENS = [{ token: TOKEN, subject: 'machine' }]

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

/** Sends what `fetch` would not: browsers' own headers. */
function send(
  url: string,
  headers: Record<string, string | string[]>,
  { method = 'POST', query = QUERY }: { readonly method?: string; readonly query?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const target = new URL(url)
    if (method === 'GET') target.searchParams.set('query', query)
    const sent = request(
      target,
      { method, agent: false, headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        let text = ''
        response.on('data', (chunk) => (text += String(chunk)))
        response.on('end', () => {
          const isJson = response.headers['content-type']?.includes('json')
          resolve({ status: response.statusCode, headers: response.headers, body: isJson ? JSON.parse(text) : text })
        })
      },
    )
    sent.on('error', reject)
    sent.end(method === 'POST' ? JSON.stringify({ query }) : undefined)
  })
}

const refused = (message: string | RegExp) => ({
  errors: [{ message: expect.stringMatching(message), extensions: { code: 'UNAUTHENTICATED' } }],
})

describe('GraphQL over HTTP with authentication', () => {
  const at = useRelay(() => ({
    auth: { jwt: JWT, tokens: TOKENS, cookie: '__Host-session' },
    allowedOrigins: [APP],
    now: () => NOW_MS,
  }))
  const post = (headers: Record<string, string | string[]> = {}) => send(at.relay.graphqlUrl, headers)
  const own = () => new URL(at.relay.url).origin

  it('answers whom it knows', async () => {
    expect(await post({ authorization: `Bearer ${TOKEN}` })).toMatchObject({ status: 200, body: ANSWER })
    expect(await post({ authorization: `Bearer ${await secretToken()}` })).toMatchObject({ status: 200, body: ANSWER })
  })

  it('answers others with 401, the challenge of the scheme, and a GraphQL error', async () => {
    expect(await post()).toMatchObject({
      status: 401,
      headers: {
        'www-authenticate': 'Bearer',
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
      },
      body: refused('Credentials are missing'),
    })
    const expired = await secretToken({ ...CLAIMS, exp: seconds(NOW_MS) - 60 })
    expect(
      await post({ authorization: `Bearer ${expired}`, accept: 'application/graphql-response+json' }),
    ).toMatchObject({
      status: 401,
      headers: {
        'www-authenticate': 'Bearer error="invalid_token", error_description="The token has expired"',
        'content-type': 'application/graphql-response+json; charset=utf-8',
      },
      body: refused('The token has expired'),
    })
    for (const authorization of ['Basic YTpi', 'Bearer', `Bearer ${TOKEN}x`, `Bearer ${'x'.repeat(30_000)}`]) {
      const { status, body } = await post({ authorization })
      expect([authorization.slice(0, 40), status]).toEqual([authorization.slice(0, 40), 401])
      expect(JSON.stringify(body)).not.toContain(TOKEN)
    }
  })

  it('asks before it reads anything, by whatever method', async () => {
    const url = at.relay.graphqlUrl
    const bad = await send(url, {}, { query: '{' })
    expect(bad).toMatchObject({ status: 401 })
    expect(await send(url, {}, { method: 'GET' })).toMatchObject({ status: 401 })
    expect(await send(url, { accept: 'text/event-stream' }, { method: 'GET' })).toMatchObject({
      status: 401,
      body: refused('missing'),
    })
    expect(await send(url, { authorization: `Bearer ${TOKEN}` }, { method: 'GET' })).toMatchObject({ body: ANSWER })
  })

  it('serves what is no data to everybody: GraphiQL, which sends headers by event streams then, and /healthz', async () => {
    const page = await fetch(at.relay.graphqlUrl, { headers: { accept: 'text/html', connection: 'close' } })
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('"subscriptionsProtocol":"SSE"')
    expect((await fetch(new URL('/healthz', at.relay.url), { headers: { connection: 'close' } })).status).toBe(200)
  })

  it('lets pages of allowed origins ask before, and read the refusal', async () => {
    const asked = await send(
      at.relay.graphqlUrl,
      { origin: APP, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      { method: 'OPTIONS' },
    )
    expect(asked).toMatchObject({ status: 204, headers: { 'access-control-allow-headers': 'authorization' } })
    expect(await post({ origin: APP })).toMatchObject({
      status: 401,
      headers: { 'access-control-allow-origin': APP, 'access-control-allow-credentials': 'true' },
    })
  })

  it.each<[string, (own: string) => Record<string, string>, number]>([
    ['its own page', (origin) => ({ origin }), 200],
    ['a page of an allowed origin', () => ({ origin: APP }), 200],
    ['a page of another origin', () => ({ origin: 'https://evil.example' }), 401],
    ['a page without an origin', () => ({ origin: 'null' }), 401],
    ['an empty origin', () => ({ origin: '' }), 401],
    ['nowhere', () => ({}), 401],
    ['its own page by GET, as browsers say', () => ({ 'sec-fetch-site': 'same-origin' }), 200],
    ['another page of the site', () => ({ 'sec-fetch-site': 'same-site' }), 401],
    ['a page of another site', () => ({ 'sec-fetch-site': 'cross-site' }), 401],
    [
      'a page of another origin that claims more',
      () => ({ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }),
      401,
    ],
  ])('takes the cookie of a request from %s accordingly', async (_name, headersOf, status) => {
    const headers = { cookie: `a=b; __Host-session=${TOKEN}; c=d`, ...headersOf(own()) }
    expect((await post(headers)).status).toBe(status)
    const byGet = await send(at.relay.graphqlUrl, headers, { method: 'GET' })
    expect(byGet.status).toBe(status)
  })

  it.each([
    ['a quoted value', `__Host-session="${TOKEN}"`, 200],
    ['the same value twice', `__Host-session=${TOKEN}; __Host-session=${TOKEN}`, 200],
    ['two values', `__Host-session=${TOKEN}; __Host-session=other`, 401],
    ['another name', `session=${TOKEN}`, 401],
    ['a name that ends alike', `x__Host-session=${TOKEN}`, 401],
    ['no name', TOKEN, 401],
    ['a wrong token', '__Host-session=wrong', 401],
  ])('judges a cookie of its own page with %s', async (_name, cookie, status) => {
    expect((await post({ cookie, origin: own() })).status).toBe(status)
  })

  it('looks at the header alone where there is one', async () => {
    const cookie = `__Host-session=${TOKEN}`
    expect((await post({ cookie, origin: own(), authorization: 'Bearer wrong' })).status).toBe(401)
    expect(
      (await post({ cookie: '__Host-session=wrong', origin: own(), authorization: `Bearer ${TOKEN}` })).status,
    ).toBe(200)
  })
})

describe('GraphQL over WebSocket with authentication', () => {
  const at = useRelay(() => ({
    auth: { jwt: JWT, tokens: TOKENS, cookie: 'session' },
    allowedOrigins: [APP],
    now: () => NOW_MS,
  }))

  async function open(headers: Record<string, string> = {}, options: { readonly origin?: string } = {}) {
    const socket = await openHandSocket(at.relay.graphqlUrl, { headers, ...options })
    at.onEnd(() => socket.close())
    return socket
  }

  async function outcome(payload: unknown, headers?: Record<string, string>, origin?: string): Promise<string> {
    const socket = await open(headers, origin === undefined ? {} : { origin })
    socket.send(
      payload === undefined ? { type: 'connection_init' } : { type: 'connection_init', payload: payload as object },
    )
    return Promise.race([
      socket.receive().then(
        ({ type }) => type,
        () => new Promise<string>(() => {}),
      ),
      socket.closed.then(({ code, reason }) => `${code} ${reason}`),
    ])
  }

  it.each<[unknown, string]>([
    [{ authorization: `Bearer ${TOKEN}` }, 'connection_ack'],
    [{ Authorization: `Bearer ${TOKEN}` }, 'connection_ack'],
    [{ token: TOKEN }, 'connection_ack'],
    [undefined, '4403 Forbidden: Credentials are missing: send `Authorization: Bearer` with a token'],
    [{}, '4403 Forbidden: Credentials are missing: send `Authorization: Bearer` with a token'],
    [
      { authorization: null, token: '' },
      '4403 Forbidden: Credentials are missing: send `Authorization: Bearer` with a token',
    ],
    [{ authorization: `Basic ${TOKEN}` }, '4403 Forbidden: The credentials are not of the form `Bearer` and a token'],
    [{ authorization: [`Bearer ${TOKEN}`] }, '4403 Forbidden: The credentials are not a string'],
    [{ authorization: { a: 1 } }, '4403 Forbidden: The credentials are not a string'],
    [{ authorization: 'Bearer wrong', token: TOKEN }, '4403 Forbidden: The token is not a valid JWT'],
    [{ token: 'wrong' }, '4403 Forbidden: The token is not a valid JWT'],
    [{ token: 5 }, '4403 Forbidden: The credentials are not a string'],
  ])('answers to the payload %j: %s', async (payload, expected) => {
    expect(await outcome(payload)).toBe(expected)
  })

  it('looks at the upgrade request where the init has no credentials', async () => {
    expect(await outcome(undefined, { authorization: `Bearer ${TOKEN}` })).toBe('connection_ack')
    expect(await outcome({}, { authorization: 'Bearer wrong' })).toMatch(/^4403 Forbidden/)
    expect(await outcome({ token: TOKEN }, { authorization: 'Bearer wrong' })).toBe('connection_ack')
  })

  it('takes the cookie of its own page and of allowed ones, and of no other program', async () => {
    const cookie = `session=${TOKEN}`
    const own = new URL(at.relay.url).origin
    expect(await outcome(undefined, { cookie }, own)).toBe('connection_ack')
    expect(await outcome(undefined, { cookie }, APP)).toBe('connection_ack')
    expect(await outcome(undefined, { cookie })).toMatch(/^4403/)
    expect(await outcome(undefined, { cookie: 'session=wrong' }, own)).toMatch(/^4403/)
  })

  it('executes nothing before it knows who asks', async () => {
    const socket = await open()
    socket.send({ type: 'subscribe', id: '1', payload: { query: QUERY } })
    expect(await socket.closed).toMatchObject({ code: CloseCode.Unauthorized })
  })

  it('has stock clients come back with what their function for parameters gives then', async () => {
    const tokens = ['wrong', TOKEN]
    const client = createClient({
      url: at.relay.graphqlUrl.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: () => ({ authorization: `Bearer ${tokens.shift()}` }),
      retryAttempts: 1,
      retryWait: () => Promise.resolve(),
    })
    const results = []
    for await (const result of client.iterate({ query: QUERY })) results.push(result)
    expect(results).toEqual([ANSWER])
    expect(tokens).toEqual([])
    await client.dispose()
  })
})

describe('an issuer whose keys cannot be fetched', () => {
  const server = useKeyServer()
  const lines: string[] = []
  const at = useRelay(() => ({
    auth: { jwt: { jwksUrl: server.url, issuer: 'issuer', audience: 'relay' } },
    now: () => NOW_MS,
    log: logLines(lines),
  }))

  it('keeps callers out for the time being: 503 over HTTP, and 1013 over WebSocket', async () => {
    const key = await createSigningKey('one', 'ES256')
    const token = await key.sign()
    server.answer((response) => void response.writeHead(500).end())
    expect(await send(at.relay.graphqlUrl, { authorization: `Bearer ${token}` })).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: refused('try again later'),
    })
    const socket = await openHandSocket(at.relay.graphqlUrl)
    socket.send({ type: 'connection_init', payload: { token } })
    expect(await socket.closed).toEqual({ code: 1013, reason: expect.stringContaining('try again later') })
    const told = lines.filter((line) => line.includes('key set'))
    expect(told).toHaveLength(1)
    expect(told.join()).not.toMatch(/eyJ|127\.0\.0\.1/)
  })
})

describe('an issuer whose keys take long', () => {
  const server = useKeyServer()
  const at = useRelay(() => ({
    auth: { jwt: { jwksUrl: server.url, issuer: 'issuer', audience: 'relay' } },
    now: () => NOW_MS,
  }))

  it('has nothing executed meanwhile', async () => {
    const key = await createSigningKey('one', 'ES256')
    const asked = server.hold({ keys: [key.jwk] })
    const socket = await openHandSocket(at.relay.graphqlUrl)
    socket.send({ type: 'connection_init', payload: { token: await key.sign() } })
    const answer = await asked
    socket.send({ type: 'subscribe', id: '1', payload: { query: QUERY } })
    expect(await socket.closed).toMatchObject({ code: CloseCode.Unauthorized })
    answer()
  })
})

describe('anonymous callers', () => {
  const at = useRelay(() => ({ auth: { tokens: TOKENS, allowAnonymous: true } }))

  it('are taken where that is said, but not with bad credentials', async () => {
    expect(await send(at.relay.graphqlUrl, {})).toMatchObject({ status: 200, body: ANSWER })
    expect(await send(at.relay.graphqlUrl, { authorization: 'Bearer wrong' })).toMatchObject({ status: 401 })
  })
})
