/** Seconds whose steps can be saved up. */
const SAVED_SECONDS = 4
/** Accounts that are kept before those that are full again, and so say nothing, are looked for. */
const MAX_IDLE_ACCOUNTS = 1_000

/** What each caller's filters may cost, in steps of work: some tens of nanoseconds each. */
export interface FilterBudget {
  /** The most that one event may take: what can be saved up. */
  readonly maxSteps: number
  /** The steps that each owner has a second. */
  readonly stepsPerSecond: number
  /** Takes steps from an owner's account; `false` when it was overdrawn by that. Others' accounts stay as they are. */
  take(owner: string, steps: number): boolean
}

interface Account {
  left: number
  seenMs: number
}

/**
 * Opens accounts that fill themselves. **Cost**: an entry for each owner whose filters have taken steps in the last
 * seconds.
 *
 * @param now in milliseconds, monotonic
 */
export function createFilterBudget(stepsPerSecond: number, now: () => number): FilterBudget {
  const maxSteps = stepsPerSecond * SAVED_SECONDS
  const accounts = new Map<string, Account>()
  let sweepAt = MAX_IDLE_ACCOUNTS

  const leftOf = ({ left, seenMs }: Account, nowMs: number) =>
    Math.min(maxSteps, left + ((nowMs - seenMs) / 1_000) * stepsPerSecond)

  function sweep(nowMs: number): void {
    for (const [owner, account] of accounts) if (leftOf(account, nowMs) === maxSteps) accounts.delete(owner)
    sweepAt = MAX_IDLE_ACCOUNTS + 2 * accounts.size
  }

  return {
    maxSteps,
    stepsPerSecond,
    take(owner, steps) {
      if (stepsPerSecond === Infinity) return true
      const nowMs = now()
      if (accounts.size >= sweepAt) sweep(nowMs)
      const known = accounts.get(owner)
      const left = (known ? leftOf(known, nowMs) : maxSteps) - steps
      accounts.set(owner, { left: Math.max(left, 0), seenMs: nowMs })
      return left >= 0
    },
  }
}
