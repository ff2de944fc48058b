/**
 * Waits for `promise`, or rejects with the signal's reason as soon as it aborts. The promise itself is not cancelled; a
 * later rejection of it is taken care of.
 *
 * Cost: one listener for the time of the wait.
 */
export function raceSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
