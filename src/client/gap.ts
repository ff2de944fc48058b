import type { NextStep } from './next-step.ts'
import type { WatchErrorCode } from './watch-error.ts'
import type { WatchOptions } from './watch-options.ts'

/** Codes after which a watch can go on, if not with everything. */
const KINDS = {
  EVENT_TOO_LARGE: 'change',
  HISTORY_LOST: 'stretch',
  RESUME_TOKEN_INVALID: 'stretch',
} as const satisfies Partial<Record<WatchErrorCode, string>>

/** How many of the changes that the relay remembers a watch starts anew with: as many as it takes. */
const LAST_AFTER_GAP = 100

/** Arguments that say where to start. */
export type Start = Pick<WatchOptions, 'startAfter' | 'startAtOperationTime' | 'last'>

/** What is missing where a watch goes on that could not be continued. */
export interface WatchGap {
  /** One `change`, which is over a limit; or a `stretch` of time, of which nothing is known. */
  readonly kind: 'change' | 'stretch'
  readonly code: keyof typeof KINDS
  /** Why, for people. */
  readonly reason: string
}

/** What is missing when a watch goes on after this; `undefined` where it is not to go on. */
export function toGap(step: NextStep): WatchGap | undefined {
  if (step.action === 'retry' || !isGapCode(step.code)) return undefined
  const kind = KINDS[step.code]
  // without the position of what is too large there is nothing to continue after
  return kind === 'change' && step.resumeToken === undefined
    ? undefined
    : { kind, code: step.code, reason: step.reason }
}

/** Where to start after a stretch that is missing: with the documents, or with what the relay remembers. */
export function toStartAfterGap({ snapshot }: Pick<WatchOptions, 'snapshot'>): Start {
  const last = snapshot === undefined ? LAST_AFTER_GAP : undefined
  return { startAfter: undefined, startAtOperationTime: undefined, last }
}

function isGapCode(code: WatchErrorCode): code is keyof typeof KINDS {
  return Object.hasOwn(KINDS, code)
}
