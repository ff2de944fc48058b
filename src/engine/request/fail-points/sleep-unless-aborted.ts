/** Waits so many milliseconds, or until one of the signals aborts. Never rejects; leaves no timer and no listener behind. */
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
