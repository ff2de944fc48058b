import { setImmediate as turn } from 'node:timers/promises'
import { BSON, Int32, Timestamp } from 'bson'
import type { BsonDocument } from '../../../../src/bson/values.ts'
import { RelayError } from '../../../../src/errors.ts'
import type { Change } from '../../../../src/relay/changes/change.ts'
import type {
  ChangeSource,
  CollectionDocument,
  DocumentsOptions,
  SourceEvent,
  WatchOptions,
} from '../../../../src/relay/changes/change-source.ts'
import { positionToken } from '../../../../src/relay/changes/position.ts'
import { toChange } from '../../../../src/relay/changes/to-change.ts'
import { positionKey, timeKey, timeToken } from '../../../../src/relay/changes/tokens/token-order.ts'

/** Most events in one reply. */
const MAX_REPLY = 5

const UNREACHABLE = new RelayError('UPSTREAM_FAILED', 'MongoDB cannot be reached')

const stampOf = (t: number, i = 1) => new Timestamp({ t, i })

/** A history of events, one a second, and the streams that read it, in replies that come one each turn. */
export class FakeSource implements ChangeSource {
  readonly history: Change[] = []
  isReachable = true
  /** Whether nothing is answered for now. */
  isHeld = false
  /** Whether a stream that begins before now fails before it gets to that. */
  failsBeforePresent = false
  /** What reading fails with, for good. */
  failure: RelayError | undefined
  /** Streams that have not ended. */
  open = 0
  /** What is read of the collection, in batches; the keys are whole numbers. */
  batches: readonly (readonly CollectionDocument[])[] = []
  /** How many events are too old to be had. */
  #lost = 0
  #seconds = 100

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

  reasonOf(): undefined {
    return undefined
  }

  async *documents(
    { after, limit = Infinity }: DocumentsOptions,
    signal: AbortSignal,
  ): AsyncGenerator<readonly CollectionDocument[]> {
    let left = limit
    for (const batch of this.batches) {
      await turn()
      signal.throwIfAborted()
      const later = batch.filter(({ key }) => numberOf(key) > numberOf(new Map([['_id', after ?? new Int32(-1)]])))
      const rest = later.slice(0, left)
      left -= rest.length
      if (rest.length > 0) yield rest
    }
  }

  /** What a stream with these options gives of an event, or fails with. */
  protected show(change: Change, _options: WatchOptions): Change | RelayError {
    return change
  }

  async *watch(options: WatchOptions, signal: AbortSignal): AsyncGenerator<SourceEvent, never, void> {
    const { start, earlierMs = 0 } = options
    this.open++
    const present = { at: stampOf(this.#seconds) }
    const presentKey = timeKey(present.at)
    try {
      const position = start === 'now' ? { at: stampOf(Math.max(0, this.#seconds - earlierMs / 1_000)) } : start
      const key = positionKey(position)
      const first = this.history.findIndex(({ resumeToken }) => resumeToken > key)
      const begun = first < 0 ? this.history.length : first
      let next = begun
      if (next < this.#lost) throw new RelayError('HISTORY_LOST', 'It is gone')
      let wasOpen = false
      let replies = 0
      while (true) {
        await turn()
        signal.throwIfAborted()
        if (this.failure) throw this.failure
        if (this.isHeld) continue
        if (!this.isReachable) {
          if (wasOpen) yield { type: 'interrupted', error: UNREACHABLE }
          wasOpen = false
          continue
        }
        if (!wasOpen) yield { type: 'open', position, ...(earlierMs > 0 ? { present } : {}) }
        wasOpen = true
        signal.throwIfAborted()
        const shown = this.history.slice(next, next + MAX_REPLY).map((change) => this.show(change, options))
        const failure = shown.find((change) => change instanceof RelayError)
        const events = shown.slice(0, failure ? shown.indexOf(failure) : undefined) as Change[]
        if (failure && events.length === 0) {
          throw failure.at(next > begun ? this.history[next - 1]?.resumeToken : positionToken(position))
        }
        next += events.length
        const isBeforePresent = earlierMs > 0 && (events.at(-1)?.resumeToken ?? presentKey) < presentKey
        // what came first has been given to those who are there
        if (this.failsBeforePresent && isBeforePresent && replies++ > 0) throw new RelayError('UPSTREAM_FAILED', 'No')
        yield { type: 'batch', events, position: events.at(-1)?.resumeToken ?? this.now }
      }
    } finally {
      // closing takes a while, in which the subscriber, the window and everything else go on
      await turn()
      this.open--
    }
  }
}

function numberOf(key: BsonDocument): number {
  return (key.get('_id') as Int32).value
}
