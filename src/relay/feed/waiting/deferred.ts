import { createWaitList } from './wait-list.ts'

/** Something that many wait for, that happens once or fails for good. */
export interface Gate {
  readonly isOpen: boolean
  open(): void
  fail(error: Error): void
  /**
   * Waits until it is open.
   *
   * @throws the error that it failed with, or the signal's reason
   */
  passed(signal: AbortSignal): Promise<void>
}

/** A closed gate. */
export function createGate(): Gate {
  const list = createWaitList<undefined>()
  let isOpen = false
  let failure: Error | undefined

  return {
    get isOpen() {
      return isOpen
    },
    open() {
      isOpen = true
      list.release(() => true)
    },
    fail(error) {
      failure = error
      list.fail(error)
    },
    async passed(signal) {
      signal.throwIfAborted()
      if (failure) throw failure
      if (!isOpen) await list.wait(undefined, signal)
    },
  }
}
