import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { pipeSockets } from '../support/pipe-sockets.ts'

/** A network between the browser and the relay that a test can break. */
export interface Proxy {
  /** Where the page is, through the proxy; the same however often the relay changes. */
  readonly url: string
  /** Where connections lead from now on. */
  target: string
  /** Cuts every connection, and refuses new ones until `mend`. */
  break(): void
  mend(): void
  stop(): Promise<void>
}

/** Starts a proxy on a free port that passes bytes to the host and port of a URL. */
export async function startProxy(target: string): Promise<Proxy> {
  const sockets = new Set<Socket>()
  let broken = false

  const server = createServer((client) => {
    const { hostname, port } = new URL(proxy.target)
    if (broken) {
      client.destroy()
      return
    }
    const upstream = connect(Number(port), hostname)
    pipeSockets(client, upstream, sockets)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server's address is never a string

  function cut(): void {
    for (const socket of sockets) socket.destroy()
  }

  const proxy: Proxy = {
    url: `http://127.0.0.1:${port}/`,
    target,
    break() {
      broken = true
      cut()
    },
    mend() {
      broken = false
    },
    async stop() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return proxy
}
