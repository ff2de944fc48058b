import { setText } from './element.ts'
import type { Clock } from '../stream/clock.ts'

/** The shortest pause between two summaries of changes, in milliseconds: speech takes time. */
const SUMMARY_PAUSE_MS = 4_000

/** Speaks to screen readers, politely. */
export interface Announcer {
  /** Says a text now. */
  say(text: string): void
  /** Counts changes, and says how many there were at most every four seconds. */
  countChanges(count: number): void
}

/**
 * Creates the announcer.
 *
 * @param region the one element of the page with `role="status"`, visually hidden.
 */
export function createAnnouncer(region: HTMLElement, clock: Clock): Announcer {
  let pending = 0
  let waiting = false

  function summarize(): void {
    waiting = pending > 0
    if (pending === 0) return
    setText(region, pending === 1 ? 'One new change' : `${pending} new changes`)
    pending = 0
    clock.schedule(SUMMARY_PAUSE_MS, summarize)
  }

  return {
    say(text) {
      setText(region, text)
    },
    countChanges(count) {
      pending += count
      if (!waiting) summarize()
    },
  }
}
