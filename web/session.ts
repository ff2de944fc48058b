import { type ChangeLog, createChangeLog, type Entry } from './state/change-log.ts'
import type { View } from './state/view.ts'
import type { Change } from './stream/change.ts'
import { systemClock } from './stream/clock.ts'
import { toClusterTime } from './stream/cluster-time.ts'
import { readOlder } from './stream/older.ts'
import type { Status } from './stream/status.ts'
import { type OpenWatch, startViewWatch } from './stream/view-watch.ts'

/** A view on the screen: what came in, and how its stream is doing. */
export interface Session {
  readonly view: View
  readonly log: ChangeLog
  readonly status: Status
  /** Whether there may be changes from before those in the log. */
  readonly older: OlderState
  /** Loads some of them, unless it does so already. */
  loadOlder(): void
  /** Tries again at once if it waits or has failed. */
  retryNow(): void
  /** As {@link Session.retryNow}, but only while it waits to try again by itself. */
  wake(): void
  stop(): void
}

/** `none` where the oplog does not reach further back. */
export type OlderState = 'unknown' | 'loading' | 'none' | 'failed'

/** Options of {@link startSession}. */
export interface SessionOptions {
  readonly view: View
  readonly open: OpenWatch
  /** Called with each change that arrives. */
  readonly onArrived: (change: Change) => void
  /** Called when there is something new to draw. */
  readonly onNews: () => void
  /** Called each time the stream is live. */
  readonly onLive: () => void
  /** Called when the relay asks who is there. */
  readonly onUnauthenticated: (reason: string) => void
}

/** Watches a view, and keeps its newest changes, until it is stopped. */
export function startSession(options: SessionOptions): Session {
  const { view, open, onArrived, onNews, onLive, onUnauthenticated } = options
  const log = createChangeLog()
  const ending = new AbortController()
  let status: Status = { state: 'connecting' }
  let older: OlderState = 'unknown'
  const watch = startViewWatch({
    view,
    open,
    clock: systemClock,
    onChange(change) {
      log.add({ kind: 'change', change })
      onArrived(change)
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

  async function loadOlder(before: Change): Promise<void> {
    older = 'loading'
    onNews()
    try {
      const { openFrom } = watch
      const options = { before, seconds: toSeconds(log.shown), clock: systemClock, signal: ending.signal }
      const { changes, isBeginning } = await readOlder({ open: openFrom, ...options })
      log.addOlder(changes.map((change) => ({ kind: 'change', change })))
      older = isBeginning ? 'none' : 'unknown'
    } catch {
      // the state of the stream says what is wrong, and another attempt is a press away
      older = 'failed'
    }
    onNews()
  }

  return {
    view,
    log,
    get older() {
      return older
    },
    loadOlder() {
      const first = log.shown.find((entry) => entry.item.kind === 'change')?.item
      if (first?.kind === 'change' && older !== 'loading') void loadOlder(first.change)
    },
    get status() {
      return status
    },
    retryNow: watch.retryNow,
    wake() {
      if (status.state === 'reconnecting') watch.retryNow()
    },
    stop() {
      ending.abort()
      watch.stop()
    },
  }
}

/** How many changes a look into the past is to find, about. */
const OLDER_CHANGES = 200

/** In how many seconds before the first entry that many may have happened, going by how many there were since. */
function toSeconds(entries: readonly Entry[]): number {
  const times = entries.flatMap(({ item }) =>
    item.kind === 'change' ? (toClusterTime(item.change)?.seconds ?? []) : [],
  )
  const [first = 0] = times
  const last = times.at(-1) ?? first
  return times.length < 10 ? 60 : Math.ceil(((last - first + 1) * OLDER_CHANGES) / times.length)
}
