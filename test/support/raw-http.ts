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
 * Sends one request on a connection of its own, and gives the answer: all of it, or what has come when `until` is
 * satisfied with the body. `undefined` when the server closes the connection without one.
 */
export function askRaw(
  url: string,
  request: RawRequest | Buffer,
  until?: (body: string) => boolean,
): Promise<RawAnswer | undefined> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const answer = new AnswerReader()
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      answer.add(chunk.toString('latin1'))
      if (answer.isWhole || until?.(answer.read()?.body ?? '') === true) socket.destroy()
    })
    socket.on('error', () => 'the server has cut it off')
    socket.on('close', () => resolve(answer.read()))
    socket.write(Buffer.isBuffer(request) ? request : toRequest(url, request))
  })
}

/** Puts an answer together; looks at each byte of it once, since some have millions. */
class AnswerReader {
  #head = ''
  #status: number | undefined
  #headers: ReadonlyMap<string, string> = new Map()
  readonly #parts: string[] = []
  #length = 0
  #end = ''

  add(text: string): void {
    if (this.#status !== undefined) return this.#addBody(text)
    this.#head += text
    for (let end; this.#status === undefined && (end = this.#head.indexOf('\r\n\r\n')) >= 0;) {
      const [first = '', ...lines] = this.#head.slice(0, end).split('\r\n')
      this.#head = this.#head.slice(end + 4)
      const status = Number(first.split(' ')[1])
      // the answer is still to come
      if (status === 100) continue
      this.#status = status
      const at = (line: string) => line.indexOf(':')
      this.#headers = new Map(
        lines.map((line) => [line.slice(0, at(line)).toLowerCase(), line.slice(at(line) + 1).trim()]),
      )
      this.#addBody(this.#head)
    }
    return undefined
  }

  #addBody(text: string): void {
    this.#parts.push(text)
    this.#length += text.length
    this.#end = (this.#end + text).slice(-5)
  }

  get isWhole(): boolean {
    if (this.#status === undefined) return false
    const length = this.#headers.get('content-length')
    if (length !== undefined) return this.#length >= Number(length)
    return this.#end === '0\r\n\r\n' || this.#status === 204
  }

  read(): RawAnswer | undefined {
    if (this.#status === undefined) return undefined
    const text = this.#parts.join('')
    const bytes = this.#headers.get('transfer-encoding') === 'chunked' ? fromChunks(text) : text
    return { status: this.#status, headers: this.#headers, body: Buffer.from(bytes, 'latin1').toString() }
  }
}

function fromChunks(text: string): string {
  const chunks: string[] = []
  for (let from = 0, end; (end = text.indexOf('\r\n', from)) >= 0;) {
    const size = Number.parseInt(text.slice(from, end), 16)
    if (!(size > 0)) break
    chunks.push(text.slice(end + 2, end + 2 + size))
    from = end + 4 + size
  }
  return chunks.join('')
}
