import type { Timestamp } from 'bson'
import { createWaitList, type WaitList } from '../../util/waiting/wait-list.ts'

/** Tells the deployment's cluster time to many that ask at once. */
export interface ClusterClock {
  /**
   * The cluster time, from a command that starts after the call: whatever was acknowledged before is not later. All who
   * ask while one command is under way share the next one, and those whose signal aborts are forgotten at once.
   *
   * @throws whatever the driver throws, or the signal's reason
   */
  now(signal: AbortSignal): Promise<Timestamp | undefined>
}

/** One command, and those who ask for what it tells. */
interface Reading {
  readonly askers: WaitList<undefined>
  time?: Timestamp | undefined
}

/** A clock that reads the time by `read`. */
export function createClusterClock(read: () => Promise<Timestamp | undefined>): ClusterClock {
  // never rejects: an error goes to those who ask
  let last: Promise<void> = Promise.resolve()
  let next: Reading | undefined

  async function perform(reading: Reading): Promise<void> {
    next = undefined
    try {
      reading.time = await read()
      reading.askers.release(() => true)
    } catch (error) {
      reading.askers.fail(error)
    }
  }

  function plan(): Reading {
    const reading: Reading = { askers: createWaitList() }
    last = last.then(() => perform(reading))
    return reading
  }

  return {
    async now(signal) {
      const reading = (next ??= plan())
      await reading.askers.wait(undefined, signal)
      return reading.time
    },
  }
}
