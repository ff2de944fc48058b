import type { AttemptEvents, Change, End, OpenAttempt, Variables } from '../../../web/stream/attempt-events.ts'
import type { Clock } from '../../../web/stream/clock.ts'

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

/** One attempt that was opened: its arguments, and the means to play the relay. */
export interface FakeAttempt extends AttemptEvents {
  readonly variables: Variables
  readonly cancelled: boolean
}

/** Gives a function that opens attempts which do nothing by themselves, and the list of them. */
export function createFakeOpen(): { readonly open: OpenAttempt; readonly attempts: readonly FakeAttempt[] } {
  const attempts: FakeAttempt[] = []
  return {
    attempts,
    open(variables, events) {
      const attempt = { ...events, variables, cancelled: false }
      attempts.push(attempt)
      return () => {
        attempt.cancelled = true
      }
    },
  }
}

/** A change with this resume token. */
export function toChange(resumeToken: string, json: unknown = {}): Change {
  return {
    resumeToken,
    operationType: 'insert',
    wallTime: null,
    clusterTime: null,
    ns: { db: 'test', coll: 'test' },
    documentKey: null,
    json,
  }
}

/** The end by an error with this code. */
export function toError(code: string, extensions: Readonly<Record<string, unknown>> = {}): End {
  return { kind: 'errors', errors: [{ message: `Refused as ${code}`, extensions: { code, ...extensions } }] }
}

/** The end by a lost connection. */
export const lost: End = { kind: 'closed', code: 1006, reason: '' }
