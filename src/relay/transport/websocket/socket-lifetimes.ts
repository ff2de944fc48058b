import { lifetimeMs, lifetimeOver } from '../limits/lifetime.ts'
import { LiveOperation } from './live-operation.ts'
import type { SocketContext, SocketExtra } from './socket-context.ts'

/** Ends sockets before what they run on does. */
export interface SocketLifetimes {
  /** Takes a socket that begins to speak the protocol; the time since it was opened counts. */
  begin(context: SocketContext): void
  /** Forgets a socket that is closed. */
  end(extra: SocketExtra): void
}

/**
 * Ends the subscriptions of each socket with their positions, and closes it, when it has lasted as long as it may: a
 * client that continues does so by another one. Cost: a timer for each socket, where there is a limit.
 */
export function createSocketLifetimes(maxStreamMs: number | undefined): SocketLifetimes {
  const timers = new Map<SocketExtra, NodeJS.Timeout>()
  return {
    begin(context) {
      if (maxStreamMs === undefined) return
      const { extra } = context
      const leftMs = lifetimeMs(maxStreamMs) - (performance.now() - extra.openedAtMs)
      timers.set(
        extra,
        setTimeout(() => close(context), leftMs),
      )
    },
    end(extra) {
      clearTimeout(timers.get(extra))
      timers.delete(extra)
    },
  }
}

function close({ subscriptions, extra }: SocketContext): void {
  for (const operation of Object.values(subscriptions)) {
    if (operation instanceof LiveOperation) operation.endHere(lifetimeOver())
  }
  // stock clients come back from this one when they have something to ask
  extra.close(1001, 'Lasted as long as maxStreamMs allows')
}
