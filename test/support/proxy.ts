import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { ServerAddress } from './server-address.ts'

/** How a proxy treats its connections. */
export type Mode =
  | { readonly kind: 'pass' }
  /** Every piece of data waits so long. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Nothing comes through, and no side learns of it. */
  | { readonly kind: 'black-hole' }
  /** New connections are refused. */
  | { readonly kind: 'refuse' }

/** A TCP proxy that does to connections what networks do. */
export interface Proxy {
  /** Listens here, on 127.0.0.1. */
  readonly port: number
  /** The same for what speaks HTTP. */
  readonly url: string
  set(mode: Mode): void
  /** Ends all connections in order (FIN), or by a reset (RST). */
  cut(how: 'end' | 'reset'): void
  /** Ends all connections, and refuses new ones until {@link Proxy.restore}. */
  interrupt(): void
  /** Passes on again, with what has waited. */
  restore(): void
  stop(): Promise<void>
}

/** One direction of a connection. */
interface Pipe {
  readonly from: Socket
  readonly to: Socket
  readonly waiting: Buffer[]
}

/**
 * Starts a proxy on a free port.
 *
 * @param target where it leads; a function is asked for each new connection, which is refused where it gives nothing
 * @param observe gives what sees the data that a new connection's client sends
 */
export async function startProxy(
  target: ServerAddress | (() => ServerAddress | undefined),
  observe?: () => (data: Buffer) => void,
): Promise<Proxy> {
  const pipes = new Set<Pipe>()
  const timers = new Set<NodeJS.Timeout>()
  let mode: Mode = { kind: 'pass' }

  const server = createServer((socket) => {
    const address = typeof target === 'function' ? target() : target
    if (mode.kind === 'refuse' || address === undefined) return socket.resetAndDestroy()
    const upstream = connect(address.port, address.host)
    if (observe) socket.on('data', observe())
    join({ from: socket, to: upstream, waiting: [] })
    join({ from: upstream, to: socket, waiting: [] })
    return undefined
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  function join(pipe: Pipe): void {
    const { from, to } = pipe
    pipes.add(pipe)
    from.setNoDelay(true)
    from.on('data', (data: Buffer) => {
      pipe.waiting.push(data)
      move(pipe)
    })
    to.on('drain', () => from.resume())
    from.on('error', () => to.destroy())
    from.on('close', () => {
      pipes.delete(pipe)
      // what has come through must arrive, and no more
      to.end()
      to.destroySoon()
    })
  }

  function move(pipe: Pipe): void {
    if (mode.kind === 'black-hole') return
    if (mode.kind !== 'delay') return flush(pipe)
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (mode.kind !== 'black-hole') flush(pipe)
    }, mode.ms)
    timers.add(timer)
  }

  // all that waits, so that a timer of an earlier delay cannot change the order
  function flush({ from, to, waiting }: Pipe): void {
    for (const data of waiting.splice(0)) if (!to.write(data)) from.pause()
  }

  // a TCP server has such an address
  const { port } = server.address() as AddressInfo
  const proxy: Proxy = {
    port,
    url: `http://127.0.0.1:${port}/`,
    set(next) {
      mode = next
      if (mode.kind === 'pass') for (const pipe of pipes) flush(pipe)
    },
    cut(how) {
      for (const { from } of [...pipes])
        if (how === 'reset') reset(from)
        else from.destroy()
    },
    interrupt() {
      proxy.set({ kind: 'refuse' })
      proxy.cut('end')
    },
    restore: () => proxy.set({ kind: 'pass' }),
    async stop() {
      for (const timer of timers) clearTimeout(timer)
      proxy.cut('end')
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return proxy
}

/**
 * Ends a connection by a reset, where it still can be reset: one that is being ended in order is destroyed, because
 * {@link Socket.resetAndDestroy} fails with EINVAL between FIN and its end, and then never closes its handle.
 */
export function reset(socket: Socket): void {
  if (socket.connecting || socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}
