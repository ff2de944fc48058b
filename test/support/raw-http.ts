import { connect } from 'node:net'

/** An answer as it came, with the body put together from its chunks. */
export interface RawAnswer {
  readonly status: number
  /** By their names in lower case; of several, the last. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** What {@link toRequest} writes; everything has a default. */
export interface RawRequest {
  readonly method?: string
  readonly target?: string
  readonly version?: string
  /** Default: that of the server; `null`: none. */
  readonly host?: string | null
  /** Header lines, without their ends. */
  readonly headers?: readonly string[]
  readonly body?: string | Buffer
}

/** A request, byte by byte, so that it can be what no client of Node's would send. */
export function toRequest(url: string, request: RawRequest): Buffer {
  const { method = 'GET', target = '/', version = '1.1', host = new URL(url).host, headers = [], body } = request
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
  const lines = [
    `${method} ${target} HTTP/${version}`,
    ...(host === null ? [] : [`Host: ${host}`]),
    ...headers,
    ...length,
    // latin1, as header lines are
  ].map((line) => Buffer.from(`${line}\r\n`, 'latin1'))
  return Buffer.concat([...lines, Buffer.from('\r\n'), Buffer.from(body ?? '')])
}

/**
 * Sends one request on a connection of its own, and gives the answer: all of it, or what has come when `until` is satisfied
 * with the body. `undefined` when the server closes the connection without one.
 */
export function askRaw(
  url: string,
  request: RawRequest | Buffer,
  until: (body: string) => boolean = () => false,
): Promise<RawAnswer | undefined> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let received = ''
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      const answer = readAnswer(received)
      if (answer && (answer.isWhole || until(answer.body))) socket.destroy()
    })
    socket.on('error', () => 'the server has cut it off')
    socket.on('close', () => resolve(readAnswer(received)))
    socket.write(Buffer.isBuffer(request) ? request : toRequest(url, request))
  })
}

function readAnswer(received: string): (RawAnswer & { readonly isWhole: boolean }) | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = received.slice(0, end).split('\r\n')
  const status = Number(first.split(' ')[1])
  const rest = received.slice(end + 4)
  if (status === 100) return readAnswer(rest)
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const length = headers.get('content-length')
  const bytes = headers.get('transfer-encoding') === 'chunked' ? fromChunks(rest) : rest
  const isWhole = length === undefined ? rest.endsWith('0\r\n\r\n') || status === 204 : rest.length >= Number(length)
  return { status, headers, body: Buffer.from(bytes, 'latin1').toString(), isWhole }
}

function fromChunks(text: string): string {
  const end = text.indexOf('\r\n')
  const size = Number.parseInt(text.slice(0, end), 16)
  if (end < 0 || !(size > 0)) return ''
  return text.slice(end + 2, end + 2 + size) + fromChunks(text.slice(end + 4 + size))
}
