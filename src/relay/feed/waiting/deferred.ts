import { createWaitList } from '../../../util/wait-list.ts'

/** Something that many wait for, and that happens once or fails for good. */
export interface Deferred {
  readonly isResolved: boolean
  resolve(): void
  reject(error: Error): void
  /**
   * Waits until it is resolved.
   *
   * @throws the error that it was rejected with, or the signal's reason
   */
  wait(signal: AbortSignal): Promise<void>
}

/** Creates one that has not happened yet. Unlike a promise, it forgets at once those whose signal aborts. */
export function createDeferred(): Deferred {
  const list = createWaitList<undefined>()
  let isResolved = false
  let failure: Error | undefined

  return {
    get isResolved() {
      return isResolved
    },
    resolve() {
      isResolved = true
      list.release(() => true)
    },
    reject(error) {
      failure = error
      list.fail(error)
    },
    async wait(signal) {
      signal.throwIfAborted()
      if (failure) throw failure
      if (!isResolved) await list.wait(undefined, signal)
    },
  }
}
