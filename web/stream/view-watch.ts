import { backoffDelayMs } from '../../src/util/waiting/backoff.ts'
import {
  type Watch,
  type WatchErrorCode,
  WatchError,
  type WatchOptions,
  type WatchStatus,
} from '../../src/client/index.ts'
import { toChangeTimeMs } from '../format/time.ts'
import type { View } from '../state/view.ts'
import { MAX_LAST } from '../state/start.ts'
import { toAdvice } from './advice.ts'
import { type Change, PAGE_FIELDS, type PageField } from './change.ts'
import type { Clock } from './clock.ts'
import { toScope } from './scope.ts'
import { type StartOptions, toStartOptions } from './start-options.ts'
import type { Gap, Status } from './status.ts'

/** Delays before a view starts anew, which double from the first on. */
const RESTARTS = { initialMs: 500, maxMs: 15_000 }

/** The client's `watch`, with the relay's address filled in. */
export type OpenWatch = (options: Omit<WatchOptions<PageField>, 'url'>) => Watch<PageField>

/** Options of {@link startViewWatch}. */
export interface ViewWatchOptions {
  readonly view: View
  readonly open: OpenWatch
  readonly clock: Clock
  /** Called once for every change, in order. */
  readonly onChange: (change: Change) => void
  readonly onStatus: (status: Status) => void
  /** Called when it is live again without what is gone; the changes that follow come after the gap. */
  readonly onGap: (gap: Gap) => void
}

/** A view being watched. */
export interface ViewWatch {
  /** Tries again at once if it waits or has failed; otherwise does nothing. */
  retryNow(): void
  /** Opens another watch of the same, which is its caller's. */
  openFrom(options: Parameters<OpenWatch>[0]): Watch<PageField>
  /** Ends it for good; nothing is called afterwards. */
  stop(): void
}

type Images = Pick<WatchOptions, 'fullDocument' | 'fullDocumentBeforeChange'>

/**
 * The documents of updates, so that filters find them; and what was there before, where the collection records that.
 */
const IMAGES: Images = { fullDocument: 'UPDATE_LOOKUP', fullDocumentBeforeChange: 'WHEN_AVAILABLE' }

/** What servers before MongoDB 6.0 have of it. */
const OLD_IMAGES: Images = { fullDocument: 'UPDATE_LOOKUP' }

/**
 * Watches a view until stopped: starts with its last five changes and goes on live, without gap or duplicate. The
 * client rides out interruptions. This adds what it leaves to its caller: where the relay cannot continue, it starts
 * anew with what the relay remembers and reports the gap; and where trying again is pointless, it waits for a person.
 */
export function startViewWatch({ view, open, clock, onChange, onStatus, onGap }: ViewWatchOptions): ViewWatch {
  const scope = toScope(view)
  let images: Images = IMAGES
  const asked = toStartOptions(view, clock.now())
  const first = asked ?? {}
  // from when to when everything is known to be shown; null before it was live, and while there is a loss to report
  let complete: { readonly sinceMs: number; untilMs: number } | null = null
  let loss: { readonly kind: Gap['kind']; readonly reason: string } | null = null
  let lostSinceMs = 0
  let restarts = 0
  let current: Watch<PageField> | null = null
  // goes on after an error; null while the client does that by itself
  let resume: (() => void) | null = null
  let cancel = (): void => undefined

  async function run(start: StartOptions): Promise<void> {
    resume = null
    const changes = open({ ...scope, ...images, ...start, fields: PAGE_FIELDS, onStatus: follow })
    current = changes
    try {
      for await (const change of changes) {
        // it may have been stopped while this one was under way
        if (current !== changes) return
        take(change)
      }
    } catch (error) {
      if (current === changes) end(error)
    }
  }

  function follow(from: WatchStatus): void {
    // an attempt to connect is part of connecting, or of reconnecting
    if (from.state === 'interrupted') onStatus(from)
    if (from.state === 'waiting') onStatus({ state: 'reconnecting', reason: from.reason })
    if (from.state !== 'live') return
    const nowMs = clock.now()
    if (loss !== null) onGap(toGap(loss, lostSinceMs, nowMs))
    loss = null
    complete ??= { sinceMs: nowMs, untilMs: nowMs }
    onStatus({ state: 'live', sinceMs: complete.sinceMs })
  }

  function take(change: Change): void {
    restarts = 0
    // the clocks of the server and of the browser may differ
    const timeMs = Math.min(toChangeTimeMs(change) ?? clock.now(), clock.now())
    if (complete !== null) complete.untilMs = Math.max(complete.untilMs, timeMs)
    onChange(change)
  }

  function end(error: unknown): void {
    const { code, resumeToken } = error instanceof WatchError ? error : { code: undefined, resumeToken: undefined }
    const reason = error instanceof Error ? error.message : String(error)
    if (images === IMAGES && reason.includes('fullDocumentBeforeChange')) {
      images = OLD_IMAGES
      return void run(resumeToken === undefined ? first : { startAfter: resumeToken })
    }
    const kind = toLossKind(code)
    const wasLive = complete !== null || loss !== null
    const position = kind === 'stretch' ? undefined : resumeToken
    if (wasLive && position === undefined) lose('stretch', reason)
    else if (wasLive && kind !== null) lose(kind, reason)

    const start = position !== undefined ? { startAfter: position } : wasLive ? { last: MAX_LAST } : first
    const again = () => void run(start)
    if (kind === null || !wasLive) {
      resume = () => {
        onStatus({ state: 'connecting' })
        again()
      }
      if (code === 'UNAUTHENTICATED') onStatus({ state: 'unauthenticated', reason })
      else onStatus({ state: 'failed', reason, advice: toAdvice(code) })
    } else {
      cancel = clock.schedule(backoffDelayMs(restarts++, RESTARTS, 2), again)
      resume = () => {
        cancel()
        again()
      }
      onStatus({ state: 'reconnecting', reason })
    }
    // a mistake of the page's own: its console shall tell
    if (code === undefined) throw error
  }

  function lose(kind: Gap['kind'], reason: string): void {
    lostSinceMs = complete?.untilMs ?? lostSinceMs
    complete = null
    // the change that is missing may lie in a stretch that is; a stretch never lies in a change
    if (loss?.kind !== 'stretch') loss = { kind, reason }
  }

  onStatus({ state: 'connecting' })
  if (asked !== null) void run(first)
  else
    onStatus({
      state: 'failed',
      reason: `Expected a start, got "${view.from}"`,
      advice: 'Choose where to start above.',
    })
  return {
    retryNow() {
      if (resume !== null) resume()
      else current?.retryNow()
    },
    openFrom: (options) => open({ ...scope, ...images, ...options }),
    stop() {
      cancel()
      resume = null
      void current?.return()
      current = null
    },
  }
}

/** What is missing when a stream that ended so goes on; null when going on is not for the page to decide. */
function toLossKind(code: WatchErrorCode | undefined): Gap['kind'] | null {
  if (code === 'EVENT_TOO_LARGE') return 'change'
  return code === 'HISTORY_LOST' || code === 'RESUME_TOKEN_INVALID' ? 'stretch' : null
}

function toGap({ kind, reason }: Pick<Gap, 'kind' | 'reason'>, sinceMs: number, untilMs: number): Gap {
  return kind === 'change' ? { kind, reason } : { kind, sinceMs, untilMs, reason }
}
