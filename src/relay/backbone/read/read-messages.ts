import { raceSignal } from '../../../util/waiting/race-signal.ts'
import { sleep } from '../../../util/waiting/sleep.ts'
import type { Change } from '../../changes/change.ts'
import type { SourceEvent } from '../../changes/change-source.ts'
import type { Outage } from '../../changes/outage.ts'
import { type Position, positionToken } from '../../changes/position.ts'
import { foreignToken, historyLost } from '../../changes/position-errors.ts'
import { fromTokenString } from '../../changes/tokens/resume-token.ts'
import { positionKey } from '../../changes/tokens/token-order.ts'
import type { Nats } from '../connection.ts'
import type { LogAccess } from '../log/log-access.ts'
import { isAfter, type PlacedMessage } from '../log/message.ts'
import type { LogNames } from '../names.ts'
import { createPartCollector } from '../parts.ts'
import { passing } from '../passing.ts'
import { isBefore } from './locate.ts'
import type { Marks } from './marks.ts'
import { changesAfter, proves } from './take-message.ts'

/** How far a reader is. */
export interface Reader {
  /** Absent before it has begun. */
  position: Position | undefined
  /** The cluster time when it began, where it begins earlier. */
  present: Position | undefined
  /** A token that a caller sent, until it has been found. */
  untried: string | undefined
  /** Where a message that follows was not to be found, at the first look. */
  missingAfter: string | undefined
  /** The place before what was not to be found, until it is known that the copy of the log is one. */
  doubtful: number | undefined
  readonly outage: Outage
}

/** One log, while it is read. */
export interface OpenLog {
  readonly nats: Nats
  readonly names: LogNames
  readonly marks: Marks
  readonly log: LogAccess
  /** Leaves out of an event what is not asked for. */
  readonly toChosen: (change: Change) => Change
}

/** How often the log is asked for again that is read, in milliseconds: one that nothing reads is removed. */
const USE_MS = 60_000

/** How long to wait for what the log's writer has and this replica has not yet, in milliseconds, and how often. */
const LAG_MS = 10
const MAX_LAGS = 100

/** Reads message after message, and waits for more at the end. */
export async function* readMessages(
  first: number,
  { nats, names, marks, log, toChosen }: OpenLog,
  reader: Reader,
  signal: AbortSignal,
): AsyncGenerator<SourceEvent, void, void> {
  const parts = createPartCollector<PlacedMessage>()
  let seq = first
  let lags = 0
  let usedAt = performance.now()
  let key = positionKey(reader.position as Position)

  for (;;) {
    const writtenUpTo = marks.progress?.seq ?? 0
    const brought = marks.take(seq)
    // what a mark brought may have been lost since, and written again in other parts
    const isNext = brought !== undefined && !isBefore(reader.position as Position, brought.before)
    const isEnd = writtenUpTo === seq - 1
    const message = isNext ? brought : isEnd ? undefined : await raceSignal(log.from(seq), signal)
    if (!message) {
      if (writtenUpTo >= seq) {
        // some replica has not got it yet
        if (lags++ >= MAX_LAGS) throw passing('The event backbone is behind')
        await sleep(LAG_MS, signal)
        continue
      }
      const { progress } = marks
      if (progress && !isBefore(reader.position as Position, progress.last)) {
        // nothing happened up to there
        const isFurther = isAfter(progress.reached, key)
        if (isFurther && reader.untried !== undefined) throw foreignToken()
        if (isFurther) reader.position = { after: fromTokenString((key = progress.reached)) }
        // a cluster whose time stands still has said so, too
        const token = positionToken(reader.position)
        if (token !== undefined && reader.untried === undefined) yield { type: 'batch', events: [], position: token }
      }
      if (performance.now() - usedAt > USE_MS) {
        usedAt = performance.now()
        nats.connection.publish(names.uses)
      }
      await marks.next(signal)
      // the end was lost, and is being written again
      if (marks.progress && marks.progress.seq < seq - 1) {
        reader.doubtful = seq - 1
        return
      }
      continue
    }
    lags = 0
    const whole = isBefore(reader.position as Position, message.before) ? 'broken' : parts.take(message)
    if (whole === 'broken') {
      // it may be that the end was lost, and has been written again
      if (reader.missingAfter === key) throw historyLost()
      reader.missingAfter = key
      reader.doubtful = seq - 1
      return
    }
    seq = message.seq + 1
    if (whole === 'more') continue
    if (reader.untried !== undefined && !isAfter(key, whole.last)) {
      if (!proves(whole, reader.untried)) throw whole.error ?? foreignToken()
      reader.untried = undefined
      yield* opened(reader)
    }
    if (!isAfter(whole.last, key)) continue
    if (whole.kind === 'gap' || whole.kind === 'origin') {
      if (isBefore(reader.position as Position, whole.last)) throw whole.error ?? historyLost()
      continue
    }
    const events = changesAfter(whole, key).map(toChosen)
    key = events.at(-1)?.resumeToken ?? whole.last
    yield { type: 'batch', events, position: key }
    reader.position = { after: fromTokenString(key) }
  }
}

/** What says that it is being read, unless that has been said or is not certain yet. */
export function opened({ untried, outage, position, present }: Reader): SourceEvent[] {
  if (untried !== undefined || position === undefined || !outage.recover()) return []
  return [{ type: 'open', position, ...(present ? { present } : {}) }]
}
