/** Time as the page's state machines see it: a test gives one that it moves by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Runs something once after a delay in milliseconds; gives what cancels it. */
  schedule(delayMs: number, run: () => void): () => void
}

/** The browser's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}
