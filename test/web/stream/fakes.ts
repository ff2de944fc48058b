import type { WatchOptions, WatchStatus } from '../../../src/client/index.ts'
import { createQueue, type Queue } from '../../../src/util/waiting/queue.ts'
import type { Change, PageField } from '../../../web/stream/change.ts'
import type { Clock } from '../../../web/stream/clock.ts'
import type { OpenWatch } from '../../../web/stream/view-watch.ts'

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Moves on and runs what is due on the way, in order. */
  advance(ms: number): void
  /** How many runs are scheduled. */
  readonly scheduled: number
}

/** Creates a clock at 1,000,000 ms. */
export function createManualClock(): ManualClock {
  let nowMs = 1_000_000
  let due: { readonly atMs: number; readonly run: () => void }[] = []
  return {
    now: () => nowMs,
    schedule(delayMs, run) {
      const entry = { atMs: nowMs + delayMs, run }
      due.push(entry)
      return () => {
        due = due.filter((other) => other !== entry)
      }
    },
    advance(ms) {
      const untilMs = nowMs + ms
      for (;;) {
        const [next] = due.filter((entry) => entry.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)
        if (next === undefined) break
        due = due.filter((entry) => entry !== next)
        nowMs = next.atMs
        next.run()
      }
      nowMs = untilMs
    },
    get scheduled() {
      return due.length
    },
  }
}

/** One watch of the client that was opened: what it was asked for, and the means to play the relay. */
export interface FakeWatch {
  readonly asked: Omit<WatchOptions<PageField>, 'url' | 'onStatus' | 'fields'>
  readonly isOver: () => boolean
  readonly retries: () => number
  is(status: WatchStatus): void
  push: Queue<Change>['push']
  fail(error: unknown): void
}

/** Gives a function that opens watches which do nothing by themselves, and the list of them. */
export function createFakeOpen(): { readonly open: OpenWatch; readonly watches: readonly FakeWatch[] } {
  const watches: FakeWatch[] = []
  return {
    watches,
    open({ onStatus, fields: _, ...asked }) {
      let isOver = false
      let retries = 0
      const nothing = (): void => undefined
      const queue = createQueue<Change>({ onStart: nothing, onEmpty: nothing, onOver: () => (isOver = true) })
      watches.push({
        asked,
        isOver: () => isOver,
        retries: () => retries,
        is: (status) => onStatus?.(status),
        push: queue.push,
        fail: (error) => queue.end({ error }),
      })
      return Object.assign(queue, { retryNow: () => void (retries += 1) })
    },
  }
}

/** A change with this resume token. */
export function toChange(resumeToken: string, json: unknown = {}, wallTime: string | null = null): Change {
  return {
    resumeToken,
    operationType: 'insert',
    wallTime,
    clusterTime: null,
    ns: { db: 'test', coll: 'test' },
    jsonText: JSON.stringify(json),
  }
}
