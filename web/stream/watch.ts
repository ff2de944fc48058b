import type { View } from '../state/view.ts'
import type { AttemptEvents, Change, End, OpenAttempt, Variables } from './attempt-events.ts'
import { toBackoffMs } from './backoff.ts'
import type { Clock } from './clock.ts'
import { createRecentTokens } from './recent-tokens.ts'
import type { Gap, Status } from './status.ts'
import { toVerdict } from './verdict.ts'

/** How many of the last changes a fresh view starts with. */
const FIRST_LAST = 5

/** How many to ask for when there is no token to continue from: the most that `last` takes. */
const RECOVERY_LAST = 100

/** A stream that was live for so long, in milliseconds, ends the row of failures. */
const STABLE_MS = 5_000

/** Options of {@link startWatch}. */
export interface WatchOptions {
  readonly view: View
  readonly open: OpenAttempt
  readonly clock: Clock
  /** As `Math.random`: the jitter of the back-off. */
  readonly random: () => number
  /** Called once for every change, in order. */
  readonly onChange: (change: Change) => void
  readonly onStatus: (status: Status) => void
  /** Called when the stream is live again but changes may be missing; the changes that follow come after the gap. */
  readonly onGap: (gap: Gap) => void
}

/** A view being watched. */
export interface Watch {
  /** Tries again at once if it waits or has failed; otherwise does nothing. */
  retryNow(): void
  /** Ends it for good; nothing is called afterwards. */
  stop(): void
}

/**
 * Watches a view until stopped: starts with its last five changes and goes on live, without gap or duplicate.
 *
 * After any interruption it continues from the last token that it received. Where there is none yet, or where the relay
 * no longer accepts it, it takes what the relay remembers, leaves out what it has delivered, and reports the gap. Waits
 * between attempts with a capped, jittered back-off, without end; only an error that repeats itself makes it give up.
 *
 * Holds one connection while live and one timer while it waits; no more than 256 tokens however long it runs.
 */
export function startWatch(options: WatchOptions): Watch {
  const { view, open, clock } = options
  const recent = createRecentTokens(256)
  let token: string | null = null
  let everLive = false
  let failures = 0
  let gap: { readonly sinceMs: number; readonly reason: string } | null = null
  let idle = false
  // cancels what is under way: an attempt or a wait
  let cancel = (): void => undefined

  function toVariables(): Variables {
    const scope = { db: view.db, coll: view.coll }
    if (token !== null) return { ...scope, startAfter: token }
    return { ...scope, last: everLive ? RECOVERY_LAST : FIRST_LAST }
  }

  function attempt(): void {
    idle = false
    let openedAtMs: number | null = null
    const events: AttemptEvents = {
      onOpen() {
        openedAtMs = clock.now()
        everLive = true
        if (gap !== null) options.onGap({ ...gap, untilMs: openedAtMs })
        gap = null
        options.onStatus({ state: 'live' })
      },
      onChange(change) {
        failures = 0
        token = change.resumeToken
        if (recent.add(token)) options.onChange(change)
      },
      onEnd(end) {
        if (openedAtMs !== null && clock.now() - openedAtMs >= STABLE_MS) failures = 0
        onEnd(end)
      },
    }
    cancel = open(toVariables(), events)
  }

  function onEnd(end: End): void {
    const verdict = toVerdict(end, token)
    const lost = { sinceMs: gap?.sinceMs ?? clock.now(), reason: verdict.reason }
    if (verdict.action === 'retry') token ??= verdict.resumeToken
    if (verdict.action === 'skip') {
      token = verdict.resumeToken
      gap = lost
    } else if (token === null && everLive) {
      // it was live, but there is no token yet that it could be continued from
      gap ??= lost
    }
    if (verdict.action === 'fail') {
      idle = true
      options.onStatus({ state: 'failed', reason: verdict.reason })
      return
    }
    const delayMs = toBackoffMs(failures, options.random())
    failures += 1
    idle = true
    cancel = clock.schedule(delayMs, attempt)
    options.onStatus({ state: 'reconnecting', reason: verdict.reason })
  }

  options.onStatus({ state: 'connecting' })
  attempt()
  return {
    retryNow() {
      if (!idle) return
      cancel()
      attempt()
    },
    stop() {
      idle = false
      cancel()
    },
  }
}
