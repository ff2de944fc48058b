import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useRelay } from '../../support/relay.ts'

let pageRoot = ''

beforeAll(async () => {
  pageRoot = await mkdtemp(join(tmpdir(), 'tailrace-page-'))
  await writeFile(join(pageRoot, 'index.html'), '<!doctype html><title>Page</title>')
  await writeFile(join(pageRoot, 'page.js'), 'export {}')
  await writeFile(join(pageRoot, 'secret.key'), 'secret')
})

afterAll(() => rm(pageRoot, { recursive: true }))

/** What came back for a request that `fetch` would not send as it is. */
interface RawAnswer {
  readonly status: number | undefined
  readonly text: string
}

function rawRequest(
  url: string,
  options: { method?: string; path?: string; headers?: Record<string, string> },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname } = new URL(url)
    const sent = request({ hostname, port, path: pathname, agent: false, ...options }, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += String(chunk)))
      response.on('end', () => resolve({ status: response.statusCode, text }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

describe('the HTTP server', () => {
  const at = useRelay(() => ({ pageRoot, allowedOrigins: ['https://app.example.com'] }))
  const post = (body: string, headers: Record<string, string>) =>
    fetch(at.relay.graphqlUrl, { method: 'POST', body, headers: { connection: 'close', ...headers } })

  it('serves the page under a strict policy, and revalidates it', async () => {
    const page = await fetch(at.relay.url)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = page.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).toContain(`connect-src 'self' ws://${new URL(at.relay.url).host}`)
    expect(policy).not.toContain('unsafe')
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(await page.text()).toContain('<title>Page</title>')
    const again = await fetch(at.relay.url, { headers: { 'if-none-match': page.headers.get('etag') ?? '' } })
    expect(again.status).toBe(304)
    expect((await fetch(new URL('page.js', at.relay.url))).headers.get('content-type')).toContain('text/javascript')
    const head = await fetch(at.relay.url, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '34'])
  })

  it.each([
    '/nothing',
    '/secret.key',
    '/../package.json',
    '/%2e%2e/package.json',
    '/page.js/',
    '//page.js',
    '/constructor',
  ])('has nothing at %s', async (path) => {
    const { status, text } = await rawRequest(at.relay.url, { path })
    expect([status, text]).toEqual([404, `Nothing is at ${path}\n`])
  })

  it('answers to /healthz', async () => {
    const response = await fetch(new URL('/healthz', at.relay.url))
    expect([response.status, await response.text()]).toEqual([200, 'ok\n'])
  })

  it('takes no other methods for its files', async () => {
    const { status } = await rawRequest(at.relay.url, { method: 'DELETE' })
    expect(status).toBe(405)
  })

  it('does not answer to a host name that is not its own', async () => {
    const { status } = await rawRequest(at.relay.graphqlUrl, { headers: { host: 'evil.example' } })
    expect(status).toBe(403)
  })

  it.each([
    ['a form', 'application/x-www-form-urlencoded', 'query={relay{version}}'],
    ['plain text', 'text/plain', '{"query":"{relay{version}}"}'],
    [
      'a multipart form',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"query":"{relay{version}}"}\r\n--x--',
    ],
    ['a GraphQL document', 'application/graphql', '{relay{version}}'],
  ])('does not execute %s', async (_name, type, body) => {
    const response = await post(body, { 'content-type': type })
    expect(response.status).toBe(415)
    expect(await response.text()).not.toContain('version')
  })

  it('executes JSON, and says what is wrong with it', async () => {
    const json = { 'content-type': 'application/json; charset=utf-8' }
    expect(await (await post('{"query":"{relay{embedded}}"}', json)).json()).toEqual({
      data: { relay: { embedded: false } },
    })
    for (const body of ['{', '[]', '5', '{"query": 5}', '{"query": "{ relay { version } }", "variables": 5}']) {
      const response = await post(body, json)
      expect([body, response.status]).toEqual([body, 400])
      expect(await response.json()).toHaveProperty('errors')
    }
    const large = await post(`{"query":"#${'x'.repeat(70_000)}\\n{relay{version}}"}`, json)
    expect([large.status, await large.json()]).toMatchObject([
      413,
      { errors: [{ extensions: { code: 'LIMIT_EXCEEDED' } }] },
    ])
  })

  it.each([
    ['{', 'BAD_USER_INPUT'],
    ['{"query":"{"}', 'BAD_USER_INPUT'],
    ['{"query":"{ nothing }"}', 'BAD_USER_INPUT'],
    ['{"query":"query A { relay { version } }","operationName":"B"}', 'BAD_USER_INPUT'],
    [JSON.stringify({ query: `{ ${'relay '.repeat(3_000)} }` }), 'LIMIT_EXCEEDED'],
  ])('knows no other codes than those of the table: %.60s', async (body, code) => {
    const response = await post(body, { 'content-type': 'application/json' })
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] })
  })

  it('tells no foreign origin that it may read, and a listed one that it may', async () => {
    const json = { 'content-type': 'application/json' }
    const foreign = await post('{"query":"{relay{version}}"}', { ...json, origin: 'https://evil.example' })
    expect(foreign.headers.get('access-control-allow-origin')).not.toBe('https://evil.example')
    expect(foreign.headers.get('access-control-allow-credentials')).toBeNull()
    const listed = await post('{"query":"{relay{version}}"}', { ...json, origin: 'https://app.example.com' })
    expect(listed.headers.get('access-control-allow-origin')).toBe('https://app.example.com')
  })

  it('serves GraphiQL without a byte from elsewhere, compressed, under a policy without inline scripts', async () => {
    const response = await fetch(at.relay.graphqlUrl, { headers: { accept: 'text/html', 'accept-encoding': 'gzip' } })
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(Number(response.headers.get('content-length'))).toBeLessThan(4_000_000)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/default-src 'none'; script-src 'sha256-[^']+'; worker-src blob:/)
    const html = await response.text()
    const markup = html.slice(0, html.indexOf('<style>')) + html.slice(html.lastIndexOf('</script>'))
    expect(markup).not.toMatch(/https?:/)
    expect(html).not.toMatch(/<(?:script|link|img|iframe)[^>]*(?:src|href)="(?:https?:)?\/\//)
    expect(html).toContain('"subscriptionsProtocol":"SSE"')
  })
})

describe('a page whose files are gone', () => {
  let root = ''
  const at = useRelay(() => ({ pageRoot: root }))

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'tailrace-page-'))
    await writeFile(join(root, 'index.html'), '<!doctype html><title>Page</title>')
    await mkdir(join(root, 'folder.js'))
  })

  it('is served as it was when the relay started, because no request needs a file', async () => {
    await rm(root, { recursive: true })
    const page = await fetch(at.relay.url)
    expect([page.status, await page.text()]).toEqual([200, '<!doctype html><title>Page</title>'])
  })
})

describe('a relay of its own origin alone', () => {
  const at = useRelay(() => ({ pageRoot: join(pageRoot, 'not-there') }))

  it('sends no header of CORS, also when it is asked', async () => {
    const response = await fetch(at.relay.graphqlUrl, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    })
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  it('says how to build a page that is not there', async () => {
    const response = await fetch(at.relay.url)
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('npm run build')])
  })
})
