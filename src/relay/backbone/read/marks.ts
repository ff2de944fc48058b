import { createWaitList } from '../../../util/waiting/wait-list.ts'
import type { Nats } from '../connection.ts'
import { Passing, passing } from '../passing.ts'
import { type Progress, readMark } from '../log/mark.ts'
import type { PlacedMessage } from '../log/message.ts'
import type { LogNames } from '../names.ts'

/** Follows what ingesters say of a log. */
export interface Marks {
  /** The last word on how far the log is. */
  readonly progress: Progress | undefined
  /** How long ago that was, or that following began, in milliseconds. */
  readonly ageMs: number
  /** How many words on that there have been. */
  readonly count: number
  /**
   * Waits for the next word on how far the log is; to be called after one was read, not before.
   *
   * @throws Passing why there is none, after {@link SILENCE_MS} without any: the trouble that ingesters tell, or that
   *   there is no ingester
   * @throws RelayError the trouble, as soon as it is told, where trying again does not mend it
   */
  next(signal: AbortSignal): Promise<void>
  /** The message at a place, where a mark has brought it; those before it are forgotten. */
  take(seq: number): PlacedMessage | undefined
  /** Stops to follow. */
  close(): void
}

/** How long there may be no mark before the log counts as not being written, in milliseconds. */
export const SILENCE_MS = 3_000

/** How many messages that marks brought wait to be read; who reads more slowly gets them from the log. */
const MAX_BROUGHT = 16

/** Follows the marks of a log. */
export function followMarks({ connection }: Nats, { marks }: LogNames): Marks {
  const waiting = createWaitList<undefined>()
  const brought: PlacedMessage[] = []
  let progress: Progress | undefined
  let count = 0
  let trouble: Passing | undefined
  let seen = 0
  let lastAt = performance.now()
  const subscription = connection.subscribe(marks, {
    callback(error, message) {
      if (error) return
      const mark = readMark(message)
      if (mark === undefined || 'resigns' in mark) return
      if ('error' in mark) {
        if (mark.isPassing) trouble = new Passing(mark.error)
        else waiting.fail(mark.error)
        return
      }
      const { message: latest, ...said } = mark
      if (latest) brought.push(latest)
      if (brought.length > MAX_BROUGHT) brought.shift()
      progress = said
      trouble = undefined
      lastAt = performance.now()
      count++
      waiting.release(() => true)
    },
  })

  return {
    get progress() {
      return progress
    },
    get ageMs() {
      return performance.now() - lastAt
    },
    get count() {
      return count
    },
    async next(signal) {
      if (count > seen) {
        seen = count
        return
      }
      const silence = setTimeout(
        () => waiting.fail(trouble ?? passing('No ingester keeps the event backbone up to date')),
        Math.max(0, Math.ceil(SILENCE_MS - (performance.now() - lastAt))),
      )
      try {
        await waiting.wait(undefined, signal)
        seen = count
      } finally {
        clearTimeout(silence)
      }
    },
    take(seq) {
      while (brought[0] && brought[0].seq < seq) brought.shift()
      return brought[0]?.seq === seq ? brought.shift() : undefined
    },
    close: () => subscription.unsubscribe(),
  }
}
