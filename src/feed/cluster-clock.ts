import type { Timestamp } from 'bson'

/** Tells the deployment's cluster time to many that ask at once. */
export interface ClusterClock {
  /**
   * The cluster time, from a command that starts after the call: whatever was acknowledged before is not later. All who
   * ask while one command is under way share the next one.
   *
   * @throws whatever the driver throws
   */
  now(): Promise<Timestamp | undefined>
}

/** A clock that reads the time by `read`. */
export function createClusterClock(read: () => Promise<Timestamp | undefined>): ClusterClock {
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<Timestamp | undefined> | undefined

  return {
    now() {
      next ??= running
        .catch(() => 'whoever asked for it was told')
        .then(() => {
          const reading = read()
          running = reading
          next = undefined
          return reading
        })
      return next
    },
  }
}
