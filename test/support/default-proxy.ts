import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

/** A reverse proxy in front of a relay. */
export interface DefaultProxy {
  /** Listens here. */
  readonly url: string
  stop(): Promise<void>
}

/** What an operator has added to the defaults. */
export interface DefaultProxyOptions {
  /** Passes WebSockets on, which takes settings in every proxy that does nothing by itself. Default false. */
  readonly passesUpgrades?: boolean
  /**
   * The `Host` that the relay gets, of the one that came. Default: the address that the proxy asks, as by `proxy_pass`
   * alone.
   */
  readonly toHost?: (asked: string) => string
  /** The path that the relay is below, which it does not see, such as `/tailrace`. Default: none. */
  readonly prefix?: string
}

/** Headers that end at a proxy, and those that it writes itself. */
const OWN_HEADERS = /^(?:host|connection|keep-alive|te|expect|upgrade|transfer-encoding|content-length):/i

/** How much of an answer is held back before any of it is passed on, in bytes. */
const BUFFER_BYTES = 32_768

/**
 * Starts a proxy that does what nginx does by default: asks by HTTP/1.0 with `Connection: close` and a `Host` of its
 * own, takes `Upgrade` out, and holds an answer back until it ends or fills a buffer, unless that says
 * `X-Accel-Buffering: no`.
 */
export async function startDefaultProxy(target: string, options: DefaultProxyOptions = {}): Promise<DefaultProxy> {
  const { hostname, port, host } = new URL(target)
  const { prefix = '' } = options
  const sockets = new Set<Socket>()
  const lines = ({ rawHeaders }: IncomingMessage) =>
    rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : []))
  const head = (request: IncomingMessage, version: string, own: readonly string[]) =>
    [
      `${request.method} ${(request.url ?? '').slice(prefix.length)} HTTP/${version}`,
      `Host: ${options.toHost?.(request.headers.host ?? '') ?? host}`,
      ...own,
      ...lines(request).filter((line) => !OWN_HEADERS.test(line)),
      '\r\n',
    ].join('\r\n')

  const server = createServer((request, response) => {
    const body: Buffer[] = []
    request.on('data', (chunk: Buffer) => body.push(chunk))
    request.on('end', () => {
      const upstream = connect(Number(port), hostname)
      sockets.add(upstream.on('close', () => sockets.delete(upstream)))
      const length = Buffer.concat(body).length
      const own = ['Connection: close', ...(length > 0 ? [`Content-Length: ${length}`] : [])]
      upstream.write(Buffer.concat([Buffer.from(head(request, '1.0', own)), ...body]))
      response.on('close', () => upstream.destroy())
      passOn(upstream, response)
    })
  })
  if (options.passesUpgrades === true) {
    server.on('upgrade', (request, client: Socket) => {
      const upstream = connect(Number(port), hostname)
      for (const [one, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        sockets.add(one.on('error', () => other.destroy()))
        one.on('close', () => {
          sockets.delete(one)
          other.destroy()
        })
        one.pipe(other)
      }
      upstream.write(head(request, '1.1', ['Connection: upgrade', `Upgrade: ${request.headers.upgrade}`]))
    })
  }
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    // a TCP server has such an address
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}/`,
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

function passOn(upstream: Socket, response: ServerResponse): void {
  let held = Buffer.alloc(0)
  let isFlowing = false
  const flow = () => {
    const end = held.indexOf('\r\n\r\n')
    if (end < 0 || isFlowing) return
    const [first = '', ...lines] = held.subarray(0, end).toString('latin1').split('\r\n')
    for (const line of lines) {
      const at = line.indexOf(':')
      if (!/^(?:connection|x-accel-.*)$/i.test(line.slice(0, at))) {
        response.appendHeader(line.slice(0, at), line.slice(at + 1).trim())
      }
    }
    response.writeHead(Number(first.split(' ')[1]))
    response.write(held.subarray(end + 4))
    isFlowing = true
  }
  upstream.on('data', (chunk) => {
    if (isFlowing) return response.write(chunk)
    held = Buffer.concat([held, chunk])
    const isUnbuffered = /\r\nx-accel-buffering: *no\r\n/i.test(held.toString('latin1'))
    return isUnbuffered || held.length >= BUFFER_BYTES ? flow() : undefined
  })
  upstream.on('error', () => 'the relay, or the client, is gone')
  upstream.on('close', () => {
    flow()
    response.end()
  })
}
