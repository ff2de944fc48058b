import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** How a proxy treats its connections. */
export type Mode =
  | { readonly kind: 'pass' }
  /** Every piece of data waits so long. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Nothing comes through, and nobody is told. */
  | { readonly kind: 'black-hole' }
  /** New connections are refused. */
  | { readonly kind: 'refuse' }

/** A TCP proxy that does to connections what networks do. */
export interface FaultyProxy {
  readonly port: number
  set(mode: Mode): void
  /** Ends all connections in order (FIN), or by a reset (RST). */
  cut(how: 'end' | 'reset'): void
  stop(): Promise<void>
}

interface Pipe {
  readonly from: Socket
  readonly to: Socket
  readonly waiting: Buffer[]
}

/** Starts a proxy to a server; `host` is this machine by default. */
export async function startFaultyProxy(targetPort: number, host = '127.0.0.1'): Promise<FaultyProxy> {
  const pipes = new Set<Pipe>()
  const timers = new Set<NodeJS.Timeout>()
  let mode: Mode = { kind: 'pass' }

  const server = createServer((socket) => {
    if (mode.kind === 'refuse') return socket.resetAndDestroy()
    const target = connect(targetPort, host)
    join({ from: socket, to: target, waiting: [] })
    join({ from: target, to: socket, waiting: [] })
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

  const all = () => [...pipes].map(({ from }) => from)
  return {
    // a TCP server has such an address
    port: (server.address() as AddressInfo).port,
    set(next) {
      mode = next
      if (mode.kind === 'pass') for (const pipe of pipes) flush(pipe)
    },
    cut(how) {
      for (const socket of all())
        if (how === 'reset') reset(socket)
        else socket.destroy()
    },
    async stop() {
      for (const timer of timers) clearTimeout(timer)
      for (const socket of all()) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/**
 * Ends a connection by a reset, where it still can be reset: one that is being ended in order is destroyed, because
 * {@link Socket.resetAndDestroy} fails with EINVAL between FIN and its end, and then never closes its handle.
 */
export function reset(socket: Socket): void {
  if (socket.connecting || socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}
