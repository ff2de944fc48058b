import { getIntrospectionQuery } from 'graphql'
import { type IncomingHttpHeaders, request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { type RelayFixture, useRelay } from '../../../../support/relay.ts'
import { eventStream, webSocket } from '../../../../support/transports.ts'

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

const JSON_TYPE = { 'content-type': 'application/json' }

interface Ask {
  readonly method?: string
  readonly path?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

// by hand, because `fetch` keeps some headers to itself
function ask(at: RelayFixture, { method = 'GET', path = '/graphql', headers = {}, body }: Ask): Promise<Answer> {
  const { hostname, port } = new URL(at.relay.url)
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += String(chunk)))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    sent.on('upgrade', () => reject(new Error('The relay took the upgrade')))
    sent.on('error', reject)
    sent.end(body)
  })
}

const query = (text: string): Ask => ({ method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ query: text }) })

describe('every kind of response', () => {
  const at = useRelay(() => ({ maxMessageBytes: 1_000, allowedOrigins: ['https://app.example.com'] }))

  it.each<[string, Ask, number]>([
    ['a file that is not there', { path: '/nothing' }, 404],
    ['the health check', { path: '/healthz' }, 200],
    ['a method that is not allowed', { method: 'DELETE', path: '/' }, 405],
    ['a foreign host name', { headers: { host: 'evil.example' } }, 403],
    ['a result', query('{ relay { version } }'), 200],
    ['a syntax error', query('{'), 200],
    ['a form', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' }, 415],
    ['a body too large', query('#'.repeat(2_000)), 413],
    [
      'an event stream of one result',
      { ...query('{ relay { version } }'), headers: { ...JSON_TYPE, accept: 'text/event-stream' } },
      200,
    ],
    ['GraphiQL', { headers: { accept: 'text/html' } }, 200],
    [
      'CORS',
      { method: 'OPTIONS', headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' } },
      204,
    ],
    ['an upgrade elsewhere', { path: '/other', headers: { connection: 'upgrade', upgrade: 'websocket' } }, 404],
    [
      'an upgrade from elsewhere',
      { headers: { connection: 'upgrade', upgrade: 'websocket', origin: 'http://evil.example' } },
      403,
    ],
  ])('has the usual headers: %s', async (_name, asked, status) => {
    const answer = await ask(at, asked)
    expect(answer.status).toBe(status)
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    })
    expect(answer.headers).not.toHaveProperty('x-powered-by')
    expect(answer.headers).not.toHaveProperty('server')
    if (answer.headers['content-type']?.startsWith('text/html')) {
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
      expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'")
    }
  })
})

describe('an origin that is not listed', () => {
  const at = useRelay(() => ({ allowedOrigins: ['https://app.example.com', 'https://admin.example.com'] }))

  it.each([
    'https://evil.example',
    'null',
    'https://app.example.com.evil.example',
    'http://app.example.com',
    'https://APP.example.com:444',
  ])('is never named in an answer: %s', async (origin) => {
    const preflight = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    }
    const answers = [
      await ask(at, { method: 'OPTIONS', headers: preflight }),
      await ask(at, { ...query('{ relay { version } }'), headers: { ...JSON_TYPE, origin } }),
      await ask(at, { path: `/graphql?query=${encodeURIComponent('{ relay { version } }')}`, headers: { origin } }),
    ]
    for (const { headers } of answers) {
      expect([origin, '*']).not.toContain(headers['access-control-allow-origin'])
      expect(headers).not.toHaveProperty('access-control-allow-credentials')
    }
  })

  it.each(['https://evil.example', 'null', 'http://127.0.0.1.evil.example', 'http://localhost:1'])(
    'opens no WebSocket: %s',
    async (origin) => {
      const headers = {
        connection: 'upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      }
      expect((await ask(at, { headers: { ...headers, origin } })).status).toBe(403)
    },
  )

  it.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:8888', '10.0.0.1', '[::2]'])(
    'gets nothing by a name that was made to lead here: %s',
    async (host) => {
      for (const path of ['/', '/graphql', '/healthz'])
        expect((await ask(at, { path, headers: { host } })).status).toBe(403)
      expect((await ask(at, { ...query('{ relay { version } }'), headers: { ...JSON_TYPE, host } })).status).toBe(403)
    },
  )
})

describe('a relay without GraphiQL and introspection', () => {
  const at = useRelay(() => ({ graphiql: false, introspection: false }))
  const full = getIntrospectionQuery()

  it('serves no page at its endpoint', async () => {
    const answer = await ask(at, { headers: { accept: 'text/html' } })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.headers['content-type'] ?? '').not.toContain('text/html')
  })

  it.each([full, '{ __type(name: "Query") { name } }', '{ ...F } fragment F on Query { __schema { description } }'])(
    'does not tell its schema by any transport: %#',
    async (text) => {
      const url = `/graphql?query=${encodeURIComponent(text)}`
      const stream = { accept: 'text/event-stream' }
      const answers = [
        await ask(at, query(text)),
        await ask(at, { path: url }),
        await ask(at, { path: url, headers: stream }),
        await ask(at, { ...query(text), headers: { ...JSON_TYPE, ...stream } }),
      ]
      for (const answer of answers) expect(answer.text).toContain('introspection has been disabled')
      const subscription = webSocket.subscribe(at.relay.graphqlUrl, {}, text)
      expect((await subscription.failure()).message).toContain('introspection has been disabled')
      subscription.stop()
    },
  )

  it.each<[string, string, object]>([
    ['a field', 'subscription { change { json } }', {}],
    ['an argument', 'subscription { changes(dB: "x") { json } }', {}],
    ['a value of an enum', 'subscription { changes(format: RELAXD) { json } }', {}],
    ['a variable', 'subscription ($format: EJSONFormat!) { changes(format: $format) { json } }', { format: 'RELAXD' }],
  ])('does not suggest the name of %s', async (_what, text, variables) => {
    const body = JSON.stringify({ query: text, variables })
    const overHttp = await ask(at, { method: 'POST', headers: { ...JSON_TYPE, accept: 'text/event-stream' }, body })
    expect(overHttp.text).toMatch(/errors/)
    expect(overHttp.text).not.toContain('Did you mean')
    for (const transport of [webSocket, eventStream]) {
      const subscription = transport.subscribe(at.relay.graphqlUrl, variables, text)
      const { message } = await subscription.failure()
      expect(message).not.toContain('Did you mean')
      subscription.stop()
    }
  })
})
