/** Waits for `ms` milliseconds, or throws the signal's reason as soon as it aborts. Leaves no timer behind. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await sleepUnlessAborted(ms, signal)
  signal.throwIfAborted()
}

/**
 * Waits so many milliseconds, or until one of the signals aborts. Never rejects; leaves no timer and no listener
 * behind.
 */
export function sleepUnlessAborted(ms: number, ...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    if (signals.some(({ aborted }) => aborted)) return void resolve()
    const timer = setTimeout(done, ms)
    for (const signal of signals) signal.addEventListener('abort', done)
    function done(): void {
      clearTimeout(timer)
      for (const signal of signals) signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
