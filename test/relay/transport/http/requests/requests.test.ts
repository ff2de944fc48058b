import { describe, expect, it } from 'vitest'
import { askRaw, type RawRequest, toRequest } from '../../../../support/raw-http.ts'
import { logLines } from '../../../../support/log-lines.ts'
import { useRelay } from '../../../../support/relay.ts'

const QUERY = encodeURIComponent('{ relay { embedded } }')
const RESULT = '{"data":{"relay":{"embedded":false}}}'
const BODY = '{"query":"{ relay { embedded } }"}'
const JSON_TYPE = 'Content-Type: application/json'
const EVIL = 'Origin: https://evil.example'

const WEB_SOCKET = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: graphql-transport-ws',
]

const H2C = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__']

describe('a request', () => {
  const at = useRelay()
  const ask = (request: RawRequest) => askRaw(at.relay.url, request)

  it.each<[string, RawRequest, string]>([
    ['without Host, by HTTP/1.0', { version: '1.0', host: null, target: '/healthz' }, 'ok\n'],
    ['with an empty Host', { host: '', target: '/healthz' }, 'ok\n'],
    ['with a query, without Host', { version: '1.0', host: null, target: `/graphql?query=${QUERY}` }, RESULT],
    ['with a slash after the endpoint', { target: `/graphql/?query=${QUERY}` }, RESULT],
    ['with a whole URL', { target: `http://localhost/graphql?query=${QUERY}` }, RESULT],
    ['with a whole URL of HTTPS', { target: `HTTPS://127.0.0.1:1/graphql?query=${QUERY}` }, RESULT],
    ['with a whole URL, whatever Host says', { target: 'http://localhost/healthz', host: 'evil.example' }, 'ok\n'],
    ['that offers HTTP/2', { target: `/graphql?query=${QUERY}`, headers: H2C }, RESULT],
    [
      'that offers HTTP/2, and has a body',
      { method: 'POST', target: '/graphql', headers: [...H2C, JSON_TYPE], body: BODY },
      RESULT,
    ],
    [
      'that offers a WebSocket by HTTP/1.0',
      { version: '1.0', target: `/graphql?query=${QUERY}`, headers: WEB_SOCKET.slice(0, 2) },
      RESULT,
    ],
  ])('is served: one %s', async (_name, request, body) => {
    expect(await ask(request)).toMatchObject({ status: 200, body })
  })

  it.each<[string, RawRequest, number, string]>([
    ['two Host headers', { headers: ['Host: localhost'] }, 400, 'Expected one Host header; 2 came'],
    ['a host that is none', { host: 'a b' }, 400, 'Expected a host name'],
    ['a host with a user', { host: 'me@localhost' }, 400, 'Expected a host name'],
    ['a host with a path', { host: 'localhost/x' }, 400, 'Expected a host name'],
    ['a URL with a user', { target: 'http://me@localhost/healthz' }, 400, 'Expected a host name'],
    ['a URL without a host', { target: 'http:///healthz' }, 400, 'Expected a host name'],
    ['a URL of another kind', { target: 'ftp://localhost/healthz' }, 400, 'Expected a path'],
    ['a URL of a foreign host', { target: 'http://evil.example/healthz' }, 403, '--allow-host evil.example'],
    ['a foreign host', { host: 'evil.example:8888' }, 403, '--allow-host evil.example:8888'],
    ['an upgrade without Host', { host: null, target: '/graphql', headers: WEB_SOCKET }, 400, 'Expected a Host header'],
    ['an upgrade at a foreign host', { host: 'evil.example', target: '/graphql', headers: WEB_SOCKET }, 403, 'evil'],
    ['an upgrade elsewhere', { target: '/other', headers: WEB_SOCKET }, 404, 'GraphQL is at /graphql'],
    [
      'a WebSocket that a proxy has taken the upgrade out of',
      { target: '/graphql', headers: ['Connection: close', ...WEB_SOCKET.slice(2)] },
      400,
      'pass on Upgrade',
    ],
    ['a tunnel', { method: 'CONNECT', target: 'localhost:1', host: 'localhost:1' }, 405, 'The relay is no proxy'],
  ])('is refused with a body that says why: one with %s', async (_name, request, status, text) => {
    const answer = await ask(request)
    expect(answer?.status).toBe(status)
    expect(answer?.body).toContain(text)
  })

  it('that offers HTTP/2 is the last of its connection, because what comes behind it may be lost', async () => {
    const answer = await ask({ target: '/healthz', headers: H2C })
    expect(answer?.headers.get('connection')).toBe('close')
  })
})

describe('a GraphQL request', () => {
  const at = useRelay(() => ({ allowedOrigins: ['https://app.example.com'] }))
  const ask = (request: RawRequest) => askRaw(at.relay.url, { target: '/graphql', ...request })
  const post = (headers: readonly string[], body: string | Buffer = BODY) => ask({ method: 'POST', headers, body })

  it.each(['PUT', 'DELETE', 'PATCH', 'TRACE'])('by %s is answered with the methods that there are', async (method) => {
    const answer = await ask({ method, headers: [JSON_TYPE], body: BODY })
    expect(answer).toMatchObject({ status: 405, body: expect.stringContaining(`${method} came`) })
    expect(answer?.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS')
  })

  it.each(['/graphql', '/graphql/', '*', '/', '/healthz'])('by OPTIONS has no body: %s', async (target) => {
    const answer = await ask({ method: 'OPTIONS', target })
    expect(answer).toMatchObject({ status: 204, body: '' })
    expect(answer?.headers.get('allow')).toContain('GET, HEAD')
  })

  it('by HEAD has the headers that it has by GET, and no body, also where it would not end', async () => {
    const changes = encodeURIComponent('subscription { changes { json } }')
    // nothing in an answer to HEAD says where it ends
    const headers = ['Connection: close']
    const query = await ask({ method: 'HEAD', headers, target: `/graphql?query=${QUERY}` })
    expect(query).toMatchObject({ status: 200, body: '' })
    expect(query?.headers.get('content-type')).toBe('application/json; charset=utf-8')
    const stream = await ask({ method: 'HEAD', headers, target: `/graphql?query=${changes}` })
    expect(stream).toMatchObject({ status: 200, body: '' })
    expect(stream?.headers.get('content-type')).toBe('text/event-stream')
    expect(at.relay.stats().subscribers).toBe(0)
  })

  it.each(['gzip', 'br', 'x-gzip', 'deflate', 'nonsense', 'identity, GZIP'])(
    'is not read where its body is encoded with %s',
    async (encoding) => {
      const answer = await post([JSON_TYPE, `Content-Encoding: ${encoding}`])
      expect(answer).toMatchObject({ status: 415, body: expect.stringContaining('without a Content-Encoding') })
      expect(answer?.headers.get('accept-encoding')).toBe('identity')
    },
  )

  it.each([
    'application/json',
    'Application/JSON',
    'application/json ; charset=UTF-8',
    'application/json;charset="utf-8"',
    'application/graphql+json',
  ])('is read as %s', async (type) => {
    expect(await post([`Content-Type: ${type}`, 'Content-Encoding: identity'])).toMatchObject({
      status: 200,
      body: RESULT,
    })
  })

  it.each([
    'application/json; charset=utf-16',
    'application/json, text/plain',
    'text/json',
    'application/jsonx',
    'json',
  ])('is not read as %s', async (type) => {
    const answer = await post([`Content-Type: ${type}`])
    expect(answer).toMatchObject({ status: 415, body: expect.stringContaining('as application/json, in UTF-8') })
  })

  it.each<[string, string | Buffer]>([
    ['in another encoding', Buffer.from('{"query":"{relay{embedded}}","operationName":"\xff"}', 'latin1')],
    ['without a query', '{}'],
    ['with no query', '{"query":null}'],
    ['that is no object', '5'],
    ['that is nothing', 'null'],
  ])('is answered with 400 where its body is one %s', async (_name, body) => {
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const answer = await post([JSON_TYPE, `Accept: ${accept}`], body)
      expect([accept, answer?.status, answer?.body]).toEqual([accept, 400, expect.stringContaining('BAD_USER_INPUT')])
    }
  })

  it('is answered with 406 and why, where nothing of what there is is taken, and not executed', async () => {
    const nothing = await post([JSON_TYPE, 'Accept: image/png'])
    expect(nothing).toMatchObject({ status: 406, body: expect.stringContaining('name one of them in Accept') })
    const target = `/graphql?query=${encodeURIComponent('subscription { changes { json } }')}`
    for (const accept of ['application/json', 'text/event-stream;q=0, */*']) {
      const changes = await ask({ target, headers: [`Accept: ${accept}`] })
      expect([accept, changes?.status]).toEqual([accept, 406])
      expect(changes?.body).toContain('comes as text/event-stream')
    }
  })

  it('is answered in whatever case it asks for an event stream', async () => {
    const target = `/graphql?query=${encodeURIComponent('subscription { changes(announceStart: true) { operationType } }')}`
    for (const accept of ['text/event-stream', 'Text/Event-Stream', 'TEXT/*', 'application/json;q=0.1, */*']) {
      const request = toRequest(at.relay.url, { target, headers: [`Accept: ${accept}`] })
      const answer = await askRaw(at.relay.url, request, (body) => body.includes('started'))
      expect([accept, answer?.body]).toEqual([accept, expect.stringContaining('started')])
      expect(Object.fromEntries(answer?.headers ?? [])).toMatchObject({
        'content-type': 'text/event-stream',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      })
    }
  })

  it('says in each answer that it depends on the origin, and names those that are listed alone', async () => {
    const listed = 'https://app.example.com'
    for (const origin of [undefined, listed]) {
      const headers = origin === undefined ? [] : [`Origin: ${origin}`]
      for (const request of [
        { target: `/graphql?query=${QUERY}`, headers },
        { method: 'PUT', headers },
        { method: 'OPTIONS', headers },
        { headers: ['Accept: image/png', ...headers] },
      ]) {
        const answer = await ask(request)
        expect(answer?.headers.get('vary')).toContain('Origin')
        expect(answer?.headers.get('access-control-allow-origin')).toBe(origin)
      }
    }
    const preflight = [
      'Access-Control-Request-Method: POST',
      'Access-Control-Request-Headers: content-type, authorization',
    ]
    const answer = await ask({ method: 'OPTIONS', headers: [`Origin: ${listed}`, ...preflight] })
    expect(answer?.headers.get('access-control-allow-headers')).toBe('content-type, authorization')
    expect(answer?.headers.get('access-control-allow-methods')).toContain('POST')
  })

  it('of a browser that opens the endpoint with a slash is sent to where the page looks for everything', async () => {
    const answer = await ask({ target: '/graphql/?query=x', headers: ['Accept: text/html'] })
    expect(answer?.status).toBe(308)
    expect(answer?.headers.get('location')).toBe('../graphql?query=x')
  })
})

describe('a page of an origin that is not listed', () => {
  const lines: string[] = []
  const at = useRelay(() => ({ log: logLines(lines) }))
  const ask = (request: RawRequest) => askRaw(at.relay.url, { target: '/graphql', ...request })
  const refusal = (name: string) => ({
    status: 403,
    body: expect.stringMatching(
      new RegExp(`^{"errors":\\[{"message":".*--allow-${name}.*"extensions":{"code":"FORBIDDEN"}}]}$`),
    ),
  })

  it('has nothing executed, by any method and transport, and is answered with the flag that would allow it', async () => {
    const allowed = refusal('origin https://evil.example')
    expect(await ask({ method: 'POST', headers: [JSON_TYPE, EVIL], body: BODY })).toMatchObject(allowed)
    expect(await ask({ target: `/graphql?query=${QUERY}`, headers: [EVIL] })).toMatchObject(allowed)
    expect(await ask({ headers: [...WEB_SOCKET, EVIL] })).toMatchObject(allowed)
    const stream = [EVIL, 'Accept: text/event-stream']
    const changes = encodeURIComponent('subscription { changes { json } }')
    expect(await ask({ target: `/graphql?query=${changes}`, headers: stream })).toMatchObject(allowed)
    const image = ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors', 'Accept: image/*']
    expect(await ask({ target: `/graphql?query=${QUERY}`, headers: image })).toMatchObject(refusal('origin'))
    expect(await ask({ target: `/graphql?query=${QUERY}`, headers: ['Origin: null'] })).toMatchObject(refusal('origin'))
  })

  it('is one line in the log with that flag, however often it asks and whatever it calls itself', async () => {
    lines.splice(0)
    for (let count = 0; count < 5; count++) await ask({ headers: [`Origin: https://evil${count}.example`] })
    for (let count = 0; count < 5; count++) await ask({ host: `evil${count}.example` })
    const [page = '', host = '', ...more] = lines.filter((line) => line.includes('evil'))
    expect(page).toContain('--allow-origin https://evil0.example')
    expect(host).toContain('--allow-host evil0.example')
    expect(more).toEqual([])
  })

  it('is not repeated at any length', async () => {
    lines.splice(0)
    const answer = await ask({ headers: [`Origin: https://${'a'.repeat(10_000)}.example`] })
    expect(answer?.status).toBe(403)
    expect(answer?.body.length).toBeLessThan(1_000)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(1_000)
  })
})

describe('a relay that is open to others without authentication', () => {
  const at = useRelay(() => ({ host: '0.0.0.0', allowAnonymous: true, allowedHosts: ['relay.lan'] }))

  it.each<[string, number]>([
    ['127.0.0.1', 200],
    ['10.1.2.3:8888', 200],
    ['[fe80::1]:8888', 200],
    ['localhost:8888', 200],
    ['relay.lan:8888', 200],
    ['evil.example:8888', 403],
    ['relay.lan.evil.example', 403],
  ])('answers to addresses, loopback names and those that are listed alone: %s', async (host, status) => {
    const answer = await askRaw(at.relay.url, { host, target: `/graphql?query=${QUERY}` })
    expect(answer?.status).toBe(status)
    if (status === 403) expect(answer?.body).toContain(`--allow-host ${host}`)
  })
})

describe('a relay that trusts the proxy on its machine', () => {
  const at = useRelay(() => ({ trustedProxies: ['127.0.0.1'], allowedHosts: ['relay.example.com'] }))
  const ask = (forwarded: string, origin: string) =>
    askRaw(at.relay.url, {
      target: `/graphql?query=${QUERY}`,
      headers: [`X-Forwarded-Host: ${forwarded}`, `Origin: ${origin}`],
    })

  it('takes its word for the name that was asked for, but no name that is not its own', async () => {
    expect(await ask('relay.example.com:8443', 'https://relay.example.com:8443')).toMatchObject({ status: 200 })
    expect(await ask('relay.example.com:8443', 'https://relay.example.com:3000')).toMatchObject({ status: 403 })
    expect(await ask('evil.example', 'https://evil.example')).toMatchObject({ status: 403 })
  })
})

describe('a relay that trusts no proxy', () => {
  const at = useRelay()

  it('takes nobody’s word for the name that was asked for', async () => {
    const headers = ['X-Forwarded-Host: evil.example', EVIL]
    const answer = await askRaw(at.relay.url, { target: `/graphql?query=${QUERY}`, headers })
    expect(answer).toMatchObject({ status: 403, body: expect.stringContaining('--allow-origin https://evil.example') })
  })
})
