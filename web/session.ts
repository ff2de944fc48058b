import { type ChangeLog, createChangeLog } from './state/change-log.ts'
import type { View } from './state/view.ts'
import { systemClock } from './stream/clock.ts'
import type { Status } from './stream/status.ts'
import { type OpenWatch, startViewWatch } from './stream/view-watch.ts'

/** A view on the screen: what came in, and how its stream is doing. */
export interface Session {
  readonly view: View
  readonly log: ChangeLog
  readonly status: Status
  /** Tries again at once if it waits or has failed. */
  retryNow(): void
  /** As {@link Session.retryNow}, but only while it waits to try again by itself. */
  wake(): void
  stop(): void
}

/** Options of {@link startSession}. */
export interface SessionOptions {
  readonly view: View
  readonly open: OpenWatch
  /** Called when there is something new to draw. */
  readonly onNews: () => void
  /** Called each time the stream is live. */
  readonly onLive: () => void
  /** Called when the relay asks who is there. */
  readonly onUnauthenticated: (reason: string) => void
}

/** Watches a view, and keeps its newest changes, until it is stopped. */
export function startSession(options: SessionOptions): Session {
  const { view, open, onNews, onLive, onUnauthenticated } = options
  const log = createChangeLog()
  let status: Status = { state: 'connecting' }
  const watch = startViewWatch({
    view,
    open,
    clock: systemClock,
    onChange(change) {
      log.add({ kind: 'change', change })
      onNews()
    },
    onGap(gap) {
      log.add({ kind: 'gap', gap })
      onNews()
    },
    onStatus(next) {
      status = next
      if (next.state === 'live') onLive()
      if (next.state === 'unauthenticated') onUnauthenticated(next.reason)
      onNews()
    },
  })
  return {
    view,
    log,
    get status() {
      return status
    },
    retryNow: watch.retryNow,
    wake() {
      if (status.state === 'reconnecting') watch.retryNow()
    },
    stop: watch.stop,
  }
}
