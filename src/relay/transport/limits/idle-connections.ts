/** What a connection tells of whether something is done for it. */
export interface IdleTracked {
  /** Whether something is being done for it at this moment. */
  readonly isBusy: boolean
  /** Since when nothing is, by the clock of {@link watchIdleConnections}; {@link UNWATCHED} when it is not watched. */
  idleSinceMs: number
}

/** For a connection that is not watched. */
export const UNWATCHED = -1

/** Watches connections for which nothing is done. */
export interface IdleConnections<T> {
  /** Notes that something is asked on a connection, which is watched from now on. */
  use(connection: T): void
  /** Stops the timer. Idempotent. */
  stop(): void
}

/** Which connections are watched, and what becomes of those that are idle. */
export interface IdleConnectionsOptions<T> {
  /** How long a connection may be idle, in milliseconds. It may be a quarter longer before it is noticed. */
  readonly idleMs: number
  /** All connections that there are at the moment. */
  readonly connections: Iterable<T>
  /** Called once for a connection that has been idle for too long; it is not watched any more. */
  readonly onIdle: (connection: T) => void
  /** Clock in whole milliseconds. Default: the process's. */
  readonly now?: () => number
}

/**
 * Looks after idle connections from time to time, all by one timer, which runs while there are connections. Cost:
 * nothing for each but its own field.
 */
export function watchIdleConnections<T extends IdleTracked>(options: IdleConnectionsOptions<T>): IdleConnections<T> {
  const { idleMs, connections, onIdle, now = () => Math.trunc(performance.now()) } = options
  let timer: NodeJS.Timeout | undefined

  const stop = () => {
    clearInterval(timer)
    timer = undefined
  }
  const look = () => {
    const time = now()
    let count = 0
    for (const connection of connections) {
      count++
      if (connection.idleSinceMs === UNWATCHED) continue
      if (connection.isBusy) connection.idleSinceMs = time
      else if (time - connection.idleSinceMs >= idleMs) {
        connection.idleSinceMs = UNWATCHED
        onIdle(connection)
      }
    }
    if (count === 0) stop()
  }

  return {
    stop,
    use(connection) {
      if (idleMs === Infinity) return
      connection.idleSinceMs = now()
      timer ??= setInterval(look, Math.max(10, Math.min(2 ** 31 - 1, idleMs / 4)))
    },
  }
}
