import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { pipeSockets } from './pipe-sockets.ts'

/** A TCP proxy between the relay and its MongoDB, which a test can interrupt. */
export interface Proxy {
  /** Listens here, on 127.0.0.1. */
  readonly port: number
  /** Cuts all connections, and every new one until {@link Proxy.restore}. */
  cut(): void
  restore(): void
  stop(): Promise<void>
}

/** Starts a proxy to a server; `host` is this machine by default. */
export async function startProxy(targetPort: number, host = '127.0.0.1'): Promise<Proxy> {
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((socket) => {
    if (isCut) return socket.destroy()
    const target = connect(targetPort, host)
    pipeSockets(socket, target, sockets)
    return undefined
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const cutAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    // a TCP server has such an address
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true
      cutAll()
    },
    restore() {
      isCut = false
    },
    async stop() {
      cutAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
