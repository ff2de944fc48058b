/** Watches connections for which nothing is done. */
export interface IdleConnections<T> {
  /** Watches a connection from now on. */
  add(connection: T): void
  /** Notes that something is asked on a connection. */
  touch(connection: T): void
  delete(connection: T): void
  /** Stops the timer. Idempotent. */
  stop(): void
}

/** Options of {@link watchIdleConnections}. */
export interface IdleConnectionsOptions<T> {
  /** How long a connection may be idle, in milliseconds. It may be a quarter longer before it is noticed. */
  readonly idleMs: number
  /** Whether something is being done for a connection at this moment. */
  readonly isBusy: (connection: T) => boolean
  /** Called once for a connection that has been idle for too long; it is not watched any more. */
  readonly onIdle: (connection: T) => void
  /** Clock in milliseconds. Default: the process's. */
  readonly now?: () => number
}

/** Looks after idle connections from time to time, all by one timer, which runs while there are connections. */
export function watchIdleConnections<T>(options: IdleConnectionsOptions<T>): IdleConnections<T> {
  const { idleMs, isBusy, onIdle, now = () => Math.trunc(performance.now()) } = options
  // since when it was seen idle
  const connections = new Map<T, number>()
  let timer: NodeJS.Timeout | undefined

  const stop = () => {
    clearInterval(timer)
    timer = undefined
  }
  const look = () => {
    const time = now()
    for (const [connection, since] of connections) {
      if (isBusy(connection)) connections.set(connection, time)
      else if (time - since >= idleMs) {
        connections.delete(connection)
        onIdle(connection)
      }
    }
    if (connections.size === 0) stop()
  }

  return {
    stop,
    add(connection) {
      if (idleMs === Infinity) return
      connections.set(connection, now())
      timer ??= setInterval(look, Math.max(10, Math.min(2 ** 31 - 1, idleMs / 4)))
    },
    touch(connection) {
      if (connections.has(connection)) connections.set(connection, now())
    },
    delete(connection) {
      if (connections.delete(connection) && connections.size === 0) stop()
    },
  }
}
