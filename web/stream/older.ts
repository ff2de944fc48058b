import { WatchError } from '../../src/client/index.ts'
import { type Change, PAGE_FIELDS } from './change.ts'
import type { Clock } from './clock.ts'
import { type ClusterTime, compareTimes, toClusterTime } from './cluster-time.ts'
import { toTime } from './start-options.ts'
import type { OpenWatch } from './view-watch.ts'

/** What happened before a change. */
export interface OlderChanges {
  /** Oldest first; those just before the change, without a gap. */
  readonly changes: readonly Change[]
  /** Whether the oplog has nothing that is older than these. */
  readonly isBeginning: boolean
}

/** Where to look. */
export interface OlderOptions {
  /** The client's `watch`, for the view as it is watched, with everything but the start filled in. */
  readonly open: (start: Parameters<OpenWatch>[0]) => ReturnType<OpenWatch>
  /** The oldest change that is known. */
  readonly before: Change
  /** How many seconds back to look at first: about as many as hold a page of changes. */
  readonly seconds: number
  /** The most changes that are given. Default: 500. */
  readonly most?: number
  readonly clock: Clock
  readonly signal: AbortSignal
}

/**
 * When a look ends that has no more events, in milliseconds: a change that was known may not be there again, because a
 * document that was looked up is another one by now.
 */
const IDLE_MS = 5_000

/** How many times further back each next look is. */
const STEP = 8

/** Before this, no oplog begins: three years, in seconds. */
const FURTHEST = 3 * 365 * 86_400

/**
 * Gives what happened just before a change, as far as the oplog reaches. Change streams run forward only: this looks
 * from some time before the change on up to it, further back each time until there is something, and nearer where the
 * oplog does not reach, to the second.
 *
 * **Cost**: one subscription a look, about twenty looks at most, each as long as there are events in its stretch.
 *
 * @throws WatchError for what the relay refuses for another reason than lost history
 */
export async function readOlder(options: OlderOptions): Promise<OlderChanges> {
  const { open, before, seconds, most = 500, clock, signal } = options
  const end = toClusterTime(before)
  if (end === null) return { changes: [], isBeginning: true }
  // the oplog reaches back so far, and does not reach back so far, in seconds
  let reached = 0
  let lost = FURTHEST
  let back = Math.max(1, Math.min(seconds, FURTHEST - 1))
  while (lost - reached > 1) {
    const changes = await look(back)
    if (changes === null) lost = back
    else if (changes.length > 0) return { changes, isBeginning: false }
    else reached = back
    back = lost === FURTHEST ? Math.min(back * STEP, FURTHEST - 1) : Math.floor((reached + lost) / 2)
  }
  const changes = reached === 0 ? await look(0) : null
  return { changes: changes ?? [], isBeginning: true }

  /** What happened in the seconds before the change; null where the oplog does not reach back so far. */
  async function look(backSeconds: number): Promise<Change[] | null> {
    const { seconds: t } = end as ClusterTime // checked above
    const found: Change[] = []
    const changes = open({ ...toTime(t - backSeconds, 0), fields: PAGE_FIELDS, signal })
    const stop = () => void changes.return()
    let cancel = clock.schedule(IDLE_MS, stop)
    try {
      for await (const change of changes) {
        if (!isBefore(change)) break
        cancel()
        cancel = clock.schedule(IDLE_MS, stop)
        found.push(change)
        if (found.length > most * 2) found.splice(0, most)
      }
    } catch (error) {
      if (error instanceof WatchError && error.code === 'HISTORY_LOST') return null
      throw error
    } finally {
      cancel()
    }
    return found.slice(-most)
  }

  function isBefore(change: Change): boolean {
    const time = toClusterTime(change)
    if (time === null) return false
    const order = compareTimes(time, end as ClusterTime) // checked above
    return order < 0 || (order === 0 && change.resumeToken !== before.resumeToken)
  }
}
