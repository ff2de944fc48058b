import { raceSignal } from '../changes/race-signal.ts'
import { ignoreError } from '../errors.ts'

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
  let isOpen = false
  let open = () => {}
  let fail = (_error: Error) => {}
  const opened = new Promise<void>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  opened.catch(ignoreError('those who wait get it, and perhaps nobody waits'))

  return {
    get isOpen() {
      return isOpen
    },
    open() {
      isOpen = true
      open()
    },
    fail,
    passed: (signal) => raceSignal(opened, signal),
  }
}
