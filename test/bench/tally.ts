import { setTimeout as delay } from 'node:timers/promises'

/** Counts what the subscribers of a benchmark receive. */
export interface Tally {
  take(subscriber: number, message: Buffer): void
  /** Forgets what was counted; of so many subscribers, or as many as before. */
  reset(subscribers?: number): void
  /** Leaves the first so many subscribers out of every count. */
  ignore(first: number): void
  /** Settles when each subscriber has so many events since the last reset. */
  expect(count: number): Promise<void>
  /**
   * Tells whether every subscriber receives the warm-up event of this number within a second, and one more per
   * thousand.
   */
  warm(number: number): Promise<boolean>
  /** The milliseconds from insert to receipt of every tenth subscriber since the last reset. */
  latencies(): number[]
  fail(reason: string): void
}

const AT = '"at":'
const WARM = '"warm":'

/** Creates a tally of no subscribers. */
export function createTally(): Tally {
  let counts = new Int32Array(0)
  let warmed = new Set<number>()
  let latencies: number[] = []
  let lastWarm = -1
  let complete = 0
  let ignored = 0
  let failed: Error | undefined
  let expected = Infinity
  let settle = { resolve: () => {}, reject: (_: Error) => {} }

  return {
    take(subscriber, message) {
      if (subscriber < ignored) return
      const warm = message.indexOf(WARM)
      if (warm >= 0) {
        if (Number.parseInt(message.toString('latin1', warm + WARM.length, warm + WARM.length + 9)) === lastWarm)
          warmed.add(subscriber)
        return
      }
      if (message.length < 400) {
        // not an event: a sign of life, or else an error, or the end
        return /"(error|errors|complete)"/.test(String(message)) ? this.fail(String(message)) : undefined
      }
      const count = (counts[subscriber] ?? 0) + 1
      counts[subscriber] = count
      if (subscriber % 10 === 0) {
        const at = message.indexOf(AT) + AT.length
        latencies.push(
          performance.timeOrigin + performance.now() - Number.parseFloat(message.toString('latin1', at, at + 18)),
        )
      }
      if (count === expected && ++complete === counts.length) settle.resolve()
    },
    ignore(first) {
      ignored = first
    },
    reset(subscribers = counts.length) {
      counts = new Int32Array(subscribers)
      latencies = []
      expected = Infinity
    },
    expect(count) {
      if (failed) return Promise.reject(failed)
      expected = count
      complete = counts.filter((seen, subscriber) => subscriber < ignored || seen >= count).length
      return complete === counts.length
        ? Promise.resolve()
        : new Promise<void>((resolve, reject) => (settle = { resolve, reject }))
    },
    async warm(number) {
      lastWarm = number
      warmed = new Set()
      const deadlineMs = performance.now() + 1_000 + counts.length
      const awaited = counts.length - ignored
      while (warmed.size < awaited && performance.now() < deadlineMs) await delay(10)
      if (failed) throw failed
      return warmed.size === awaited
    },
    latencies: () => latencies,
    fail(reason) {
      failed ??= new Error(reason)
      settle.reject(failed)
    },
  }
}
