import { once } from 'node:events'
import { connect } from 'node:net'
import type { Random } from '../../support/random/random.ts'
import type { Fuzzer } from '../harness/fuzzer.ts'
import type { Outcome } from '../harness/outcome.ts'
import { hostileOperation } from './operations.ts'
import { wrongWith } from './oracle.ts'
import type { RelayUnderTest } from './relay-under-test.ts'

/** How long the relay may take to be done with a connection. Far above its own limits. */
const HANG_MS = 30_000

/** How long an event stream is listened to, in milliseconds. */
const STREAM_MS = 20

/** Sends requests of every kind, several on a connection at once. Each input is one connection. */
export const httpFuzzer: Fuzzer<RelayUnderTest> = {
  name: 'http',
  usual: 12_600,
  lanes: 24,
  open: ({ graphqlUrl }, outcome) =>
    Promise.resolve({
      run: (random) => exchange(graphqlUrl, random, outcome),
      close: () => Promise.resolve(undefined),
    }),
}

async function exchange(graphqlUrl: string, random: Random, outcome: Outcome): Promise<string | undefined> {
  const { hostname, port, host } = new URL(graphqlUrl)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  const chunks: string[] = []
  let tail = ''
  let isHanging = false
  const timer = setTimeout(() => {
    isHanging = true
    socket.destroy()
  }, HANG_MS)
  let listening: NodeJS.Timeout | undefined
  socket.on('data', (chunk) => {
    chunks.push(String(chunk))
    // where one chunk ends and the next begins, too; never the whole, which may be megabytes
    tail = tail.slice(-100) + String(chunk)
    if (tail.includes('text/event-stream')) listening ??= setTimeout(() => socket.destroy(), STREAM_MS)
  })
  const requests = Array.from({ length: random.between(1, 6) }, () => hostileRequest(random, host))
  outcome.count('requests', requests.length)
  const text = requests.join('')
  const isSlow = random.oneIn(60)
  // sends nothing more, and waits to be cut off; or says that it is done
  if (isSlow) socket.write(text.slice(0, random.below(text.length)))
  else socket.end(text)
  if (!isSlow && random.oneIn(20)) socket.destroy()
  // not `once`, which takes a reset for a failure
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  clearTimeout(timer)
  clearTimeout(listening)
  const answer = chunks.join('')
  for (const [, status] of answer.matchAll(/HTTP\/1\.1 (\d{3})/g)) outcome.count(`status ${status}`)
  for (const [, code] of answer.matchAll(/"code":"([A-Z_]+)"/g)) outcome.count(code ?? '')
  return isHanging ? `a connection that is not ended: ${answer.slice(0, 200)}` : wrongWith(answer)
}

function hostileRequest(random: Random, ownHost: string): string {
  if (random.oneIn(8)) return nonsense(random, ownHost)
  const host = random.oneIn(10) ? hostileHost(random, ownHost) : ownHost
  const version = random.oneIn(20) ? '1.0' : '1.1'
  const target = random.oneIn(10) ? hostileTarget(random, host) : '/graphql'
  const operation = hostileOperation(random)
  const headers = hostileHeaders(random)
  if (random.oneIn(4)) {
    const parameters = Object.entries(operation).map(([name, value]) => {
      const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
      return `${name}=${encodeURIComponent(Buffer.from(text).toString())}`
    })
    const method = random.oneIn(20) ? random.pick(['HEAD', 'OPTIONS', 'DELETE', 'TRACE']) : 'GET'
    return `${method} ${target}?${parameters.join('&')} HTTP/${version}\r\nHost: ${host}\r\n${headers}\r\n`
  }
  let body = JSON.stringify(operation)
  if (random.oneIn(20)) body = body.slice(0, random.below(body.length))
  if (random.oneIn(30)) body = `[${body},${body}]`
  if (random.oneIn(30)) body = 'x'.repeat(70_000)
  const type = random.oneIn(10)
    ? random.pick([
        'text/plain',
        'application/json;charset=utf-16',
        'APPLICATION/JSON ; Charset="UTF-8"',
        'application/json, text/plain',
        'multipart/form-data',
        'application/graphql',
        '',
      ])
    : 'application/json'
  const method = random.oneIn(30) ? random.pick(['PUT', 'PATCH', 'DELETE', 'QUERY']) : 'POST'
  const head = `${method} ${target} HTTP/${version}\r\nHost: ${host}\r\nContent-Type: ${type}\r\n${headers}`
  if (random.oneIn(4)) return `${head}Transfer-Encoding: chunked\r\n\r\n${chunks(body, random)}`
  const length = Buffer.byteLength(body) + (random.oneIn(20) ? random.pick([-1, 1]) : 0)
  return `${head}Content-Length: ${length}\r\n\r\n${body}`
}

function hostileHeaders(random: Random): string {
  const accept = hostileAccept(random)
  const more = random.several(2, () =>
    random.pick([
      'X: ' + 'x'.repeat(500),
      'Last-Event-ID: 82',
      'Last-Event-ID: ' + 'G'.repeat(1_000),
      'Origin: null',
      'Origin: https://evil.example',
      'Cookie: a=b',
      'Accept-Encoding: br',
      'Expect: 100-continue',
      `Content-Encoding: ${random.pick(['gzip', 'br', 'identity', 'x, y', ''])}`,
      'Connection: Upgrade\r\nUpgrade: h2c',
      'Connection: Upgrade\r\nUpgrade: websocket',
      'Sec-WebSocket-Key: x',
      `Sec-Fetch-Site: ${random.pick(['same-origin', 'same-site', 'cross-site', 'none', 'x'])}`,
      `X-Forwarded-Host: ${random.pick(['localhost', 'evil.example', 'a b', ','])}`,
      'Host: evil.example',
      'Last-Event-ID: end:FORBIDDEN',
      'If-None-Match: *',
      'Range: bytes=0-1',
      'X-Forwarded-For: 1, 2',
      'Authorization: Bearer x',
      'Referer: javascript:x',
    ]),
  )
  return [`Accept: ${accept}`, ...more].map((line) => `${line}\r\n`).join('')
}

/** Media ranges that are right, nearly right, and none. */
function hostileAccept(random: Random): string {
  const range = () => {
    const type = random.pick([
      'application/json',
      'application/graphql-response+json',
      'text/event-stream',
      'Text/Event-Stream',
      'application/*',
      'text/*',
      '*/*',
      '*',
      'text/html',
      'text/nothing',
      '"',
      '',
    ])
    const parameters = random.several(2, () =>
      random.pick([
        'q=0',
        'q=1',
        'q=0.5',
        'Q=.1',
        'q=x',
        'q=',
        'charset=utf-8',
        'charset="utf-16"',
        'a="b,c;d"',
        '"\\"',
        '',
      ]),
    )
    return [type, ...parameters].join(random.pick([';', ' ; ']))
  }
  if (random.oneIn(200)) return '"\\'.repeat(random.below(20_000))
  return random.several(3, range).join(random.pick([',', ', ']))
}

function hostileHost(random: Random, host: string): string {
  return random.pick([
    '',
    'localhost',
    'evil.example',
    'a b',
    '[::1]:1',
    '[::',
    `me@${host}`,
    `${host}/x`,
    'x'.repeat(5_000),
  ])
}

function hostileTarget(random: Random, host: string): string {
  return random.pick([
    '/graphql/',
    '//graphql',
    '/graphql/x',
    '/%67raphql',
    '*',
    `http://${host}/graphql`,
    `HTTPS://${host}/graphql`,
    'http://evil.example/graphql',
    'http:///graphql',
    'ftp://localhost/graphql',
  ])
}

function chunks(body: string, random: Random): string {
  const bytes = Buffer.from(body)
  const size = random.pick([50, 5_000])
  let text = ''
  // cut between the bytes of a character at most by accident, which is an input, too
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = bytes.subarray(at, at + size).toString()
    text += `${Buffer.byteLength(chunk).toString(16)}${random.oneIn(50) ? ';a=b' : ''}\r\n${chunk}\r\n`
  }
  return (
    text +
    random.pick(['0\r\n\r\n', '0\r\n\r\n', '0\r\nTrailer: x\r\n\r\n', 'zz\r\n', '-1\r\n\r\n', 'ffffffffffffffffff\r\n'])
  )
}

function nonsense(random: Random, host: string): string {
  return random.pick([
    random.bytes(random.below(300)).toString('latin1'),
    'GET / HTTP/1.1\r\n\r\n',
    `GET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `GET /graphql HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example\r\n\r\n`,
    `GET http://evil.example/graphql HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `POST /graphql HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `POST /graphql HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{"a":`,
    `POST /graphql HTTP/1.1\r\nHost: ${host}\r\nContent-Length: -1\r\n\r\n`,
    `GET /graphql?query=%zz&variables=%00 HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `GET /graphql?query=${encodeURIComponent('{relay{version}}')}&variables={ HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `GET /${'a'.repeat(90_000)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `${random.pick(['PUT', 'DELETE', 'PATCH', 'TRACE', 'CONNECT', 'OPTIONS', 'HEAD', 'FOO'])} /graphql HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `GET /graphql HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: ${random.below(20)}\r\n\r\n`,
    `GET /graphql HTTP/1.1\r\nHost: ${host}\r\nBad Header: x\r\nX: \u0001\r\n\r\n`,
    `GET /../../etc/passwd HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `GET /graphql HTTP/2.0\r\nHost: ${host}\r\n\r\n`,
  ])
}
