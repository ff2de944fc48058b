interface Waiting<Key> {
  readonly key: Key
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Those that wait for something, each with a key that says for what. */
export interface WaitList<Key> {
  /** How many wait now. */
  readonly size: number
  /**
   * Waits to be released. Those whose signal aborts are forgotten at once, so that a list that is never released costs
   * no more than those who still wait.
   *
   * @throws the signal's reason, or the error that all who wait fail with
   */
  wait(key: Key, signal: AbortSignal): Promise<void>
  /** Releases those whose key is due. Cost: none while nothing waits. */
  release(isDue: (key: Key) => boolean): void
  /** Has all who wait fail. */
  fail(error: unknown): void
}

/** Creates a list that nothing waits in. */
export function createWaitList<Key>(): WaitList<Key> {
  const waiting = new Set<Waiting<Key>>()

  return {
    get size() {
      return waiting.size
    },
    wait: (key, signal) =>
      new Promise<void>((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const leave = () => {
          waiting.delete(entry)
          signal.removeEventListener('abort', abort)
        }
        const abort = () => entry.reject(signal.reason)
        const entry: Waiting<Key> = {
          key,
          resolve: () => (leave(), resolve()),
          reject: (error) => (leave(), reject(error)),
        }
        waiting.add(entry)
        return signal.addEventListener('abort', abort)
      }),
    release(isDue) {
      for (const { key, resolve } of waiting) if (isDue(key)) resolve()
    },
    fail(error) {
      for (const { reject } of waiting) reject(error)
    },
  }
}
