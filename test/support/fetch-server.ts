import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { createHandler, type Handler } from '../../src/relay/handler.ts'
import type { HandlerOptions } from '../../src/relay/handler-options.ts'

/** A handler behind a server that knows no more than `Request`, `Response` and messages, as functions have it. */
export interface FetchServer {
  readonly url: string
  readonly graphqlUrl: string
  readonly handler: Handler
  stop(): Promise<void>
}

const CONNECTION = { address: '127.0.0.1' }

/** Starts one at a free port. */
export async function startFetchServer(options: HandlerOptions): Promise<FetchServer> {
  const handler = createHandler(options)
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const server = createServer((request, response) => {
    answer(handler, request, response).catch(() => response.destroy())
  })
  server.on('upgrade', (incoming, below, head) => {
    const request = toRequest(incoming, new AbortController().signal)
    void handler.refuseUpgrade(request, CONNECTION).then((refused) => {
      if (refused) return void below.end(`HTTP/1.1 ${refused.status} Refused\r\nContent-Length: 0\r\n\r\n`)
      sockets.handleUpgrade(incoming, below, head, (socket) => serveSocket(handler, request, socket))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return {
    url,
    graphqlUrl: `${url}graphql`,
    handler,
    async stop() {
      await handler.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = 'GET', url = '/', headers } = incoming
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return new Request(new URL(url, `http://${headers.host ?? 'localhost'}`), {
    method,
    headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
    signal,
    ...(hasBody ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' } : {}),
  })
}

/** Answers a request of Node's by a handler, as frameworks do. */
export async function answer(
  handler: Pick<Handler, 'fetch'>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController()
  outgoing.on('close', () => gone.abort())
  const response = await handler.fetch(toRequest(incoming, gone.signal), CONNECTION)
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  if (!response.body) return void outgoing.end()
  for await (const chunk of response.body) {
    if (!outgoing.write(chunk)) await once(outgoing, 'drain', { signal: gone.signal }).catch(() => undefined)
    if (outgoing.destroyed) return
  }
  outgoing.end()
}

function serveSocket(handler: Handler, request: Request, socket: WebSocket): void {
  const channel = {
    send: (text: string) => socket.send(text),
    close: (code: number, reason: string) => socket.close(code, reason),
  }
  const receiver = handler.connect(request, channel, CONNECTION)
  socket.on('message', (data: RawData, isBinary) => receiver.message(isBinary ? data : String(data)))
  socket.on('close', (code, reason) => receiver.closed(code, String(reason)))
  socket.on('error', () => undefined)
}
