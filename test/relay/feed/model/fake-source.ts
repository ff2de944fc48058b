import { setImmediate as turn } from 'node:timers/promises'
import { BSON, Timestamp } from 'bson'
import { RelayError } from '../../../../src/errors.ts'
import type { Change } from '../../../../src/relay/changes/change.ts'
import { toChange } from '../../../../src/relay/changes/to-change.ts'
import { positionKey, timeKey, timeToken } from '../../../../src/relay/changes/token-order.ts'
import type { ChangeSource } from '../../../../src/relay/mongo/change-source.ts'
import type { WatchOptions } from '../../../../src/relay/mongo/watch.ts'

/** Most events in one reply. */
const MAX_REPLY = 5

const UNREACHABLE = new RelayError('UPSTREAM_FAILED', 'MongoDB cannot be reached', { cause: undefined })

const stampOf = (t: number, i = 1) => new Timestamp({ t, i })

/** A history of events, one a second, and the streams that read it, in replies that come one each turn. */
export class FakeSource implements ChangeSource {
  readonly history: Change[] = []
  isReachable = true
  /** Streams that have not ended. */
  open = 0
  /** How many events are too old to be had. */
  #lost = 0
  #seconds = 1

  /** The token of the present moment, after all events. */
  get now(): string {
    return timeToken(timeKey(stampOf(this.#seconds, 2)))
  }

  emit(operationType: string): void {
    const _id = { _data: `${timeKey(stampOf(++this.#seconds))}2B042C0100296E` }
    this.history.push(toChange(BSON.serialize({ _id, operationType })))
  }

  /** Lets time pass without an event. */
  idle(): void {
    this.#seconds++
  }

  /** Forgets all events except the last so many, for streams that are opened from now on. */
  lose(kept: number): void {
    this.#lost = Math.max(this.#lost, this.history.length - kept)
  }

  operationTime(): Promise<Timestamp> {
    return Promise.resolve(stampOf(this.#seconds))
  }

  isCollectionInScope(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  async *watch(options: WatchOptions, signal: AbortSignal): AsyncGenerator<readonly Change[], never, void> {
    const { start, outage, onIdle, onStart } = options
    this.open++
    try {
      const position = start === 'now' ? { at: stampOf(this.#seconds) } : start
      if (start === 'now') onStart?.(position)
      const key = positionKey(position)
      const first = this.history.findIndex(({ resumeToken }) => resumeToken > key)
      let next = first < 0 ? this.history.length : first
      if (next < this.#lost) throw new RelayError('HISTORY_LOST', 'It is gone', { cause: undefined })
      let wasOpen = false
      while (true) {
        await turn()
        signal.throwIfAborted()
        if (!this.isReachable) {
          if (wasOpen) outage?.onInterrupted?.(UNREACHABLE)
          wasOpen = false
          continue
        }
        if (!wasOpen) outage?.onOpen?.()
        wasOpen = true
        const reply = this.history.slice(next, next + MAX_REPLY)
        if (reply.length > 0) yield reply
        else onIdle?.(this.now)
        next += reply.length
      }
    } finally {
      this.open--
    }
  }
}
