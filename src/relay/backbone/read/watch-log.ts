import type { Timestamp } from 'bson'
import { RelayError } from '../../../errors.ts'
import { raceSignal } from '../../../util/waiting/race-signal.ts'
import { sleep } from '../../../util/waiting/sleep.ts'
import type { Change } from '../../changes/change.ts'
import type { ChangeSource, SourceEvent, WatchOptions } from '../../changes/change-source.ts'
import { withChosenImages } from '../../changes/images.ts'
import { createOutage, type RetryOptions } from '../../changes/outage.ts'
import { type Position, positionToken } from '../../changes/position.ts'
import { historyLost, NO_WAY_ON, TOKEN_REFUSED } from '../../changes/position-errors.ts'
import { earlier } from '../../changes/timestamp.ts'
import { fromTokenString } from '../../changes/tokens/resume-token.ts'
import { isHighWaterMark, positionKey, tokenSeconds } from '../../changes/tokens/token-order.ts'
import type { Asker } from '../ask.ts'
import type { Broker } from '../connection.ts'
import { accessLog, type LogAccess, NoLog } from '../log/log-access.ts'
import { isAfter, type PlacedMessage, UnreadableMessage } from '../log/message.ts'
import { loggedStream, namesOf } from '../names.ts'
import { brokerFailed, Passing, passing, toPassing } from '../passing.ts'
import { type Location, locate } from './locate.ts'
import { followMarks, type Marks } from './marks.ts'
import { dropStrayMirror, ensureMirror, type MirrorOptions } from './mirror.ts'
import { opened, type Reader, readMessages } from './read-messages.ts'

/** What changes are read from. */
export interface WatchLogContext {
  readonly broker: Broker
  readonly asker: Asker
  /** The backbone's name. */
  readonly name: string
  /** Has what is older than the logs; absent for relays that may not read it. */
  readonly older: ChangeSource | undefined
  readonly retry: RetryOptions
  /** Present where the servers that it reads from have copies of the logs. */
  readonly mirror: MirrorOptions | undefined
  /** The logs that are being read. */
  readonly open: Set<Marks>
  /** The cluster time. */
  operationTime(signal: AbortSignal): Promise<Timestamp>
}

/**
 * The changes of a scope, out of a log: see `ChangeSource.watch`.
 *
 * What is taken from a message is what is after the reader's own position, and a message is taken only if it begins at
 * that position or before: so places in the log may change, as when its end is lost and written again, and nothing is
 * left out or repeated. Where a message is missing that is seen, and `HISTORY_LOST`.
 */
export async function* watchLog(
  context: WatchLogContext,
  options: WatchOptions,
  signal: AbortSignal,
): AsyncGenerator<SourceEvent, never, void> {
  const { start, isStartGiven = false } = options
  const outage = createOutage(options, context.retry)
  const position = start === 'now' ? undefined : start
  const untried = isStartGiven ? untriedToken(position) : undefined
  const reader: Reader = { position, present: undefined, untried, missingAfter: undefined, doubtful: undefined, outage }

  while (true) {
    let interruption: RelayError | undefined
    let delayMs = 0
    try {
      yield* readOnce(context, options, reader, signal)
    } catch (caught) {
      signal.throwIfAborted()
      const error = toInterruption(caught, context.broker)
      if (error === undefined) throw toEnd(caught, reader)
      const failure = outage.fail()
      if (failure.isOver) throw error.at(positionToken(reader.position))
      delayMs = failure.delayMs
      if (failure.isFirst) interruption = error
    }
    if (interruption) yield { type: 'interrupted', error: interruption }
    await sleep(delayMs, signal)
  }
}

/** Reads until that fails, or until the position has to be located anew. */
async function* readOnce(
  context: WatchLogContext,
  options: WatchOptions,
  reader: Reader,
  signal: AbortSignal,
): AsyncGenerator<SourceEvent, void, void> {
  const { start, earlierMs = 0 } = options
  const stream = loggedStream(options)
  const names = namesOf(context.name, stream)
  await context.asker.ask('open', stream, signal)
  const nats = await raceSignal(context.broker.get(), signal)
  if (context.mirror) await raceSignal(ensureMirror(nats, names, context.mirror), signal)
  const marks = followMarks(nats, names)
  context.open.add(marks)
  nats.connection.publish(names.uses)
  const log = accessLog(nats, names)
  try {
    const { doubtful } = reader
    reader.doubtful = undefined
    if (context.mirror && doubtful && (await dropStrayMirror(nats, names, log, context.mirror, doubtful))) {
      reader.missingAfter = undefined
      throw passing('The copy of the event backbone is made anew')
    }
    const first = await begun(log, marks, signal)
    if (reader.position === undefined) {
      const time = await context.operationTime(signal)
      reader.position = { at: earlier(time, earlierMs) }
      if (earlierMs > 0) reader.present = { at: time }
    }
    refuseOdd(reader, first)
    const place = await raceSignal(locate(log, first, reader.position), signal)
    if (place.type === 'at') {
      yield* opened(reader)
      const toChosen = (change: Change) => withChosenImages(change, stream, options)
      yield* readMessages(place.seq, { nats, names, marks, log, toChosen }, reader, signal)
    } else if (start === 'now' && !reader.outage.wasOpen) {
      // it was to begin at most so long ago
      reader.position = { after: fromTokenString(place.beginning) }
    } else {
      yield* readOlder(place, context, options, reader, signal)
    }
  } finally {
    marks.close()
    context.open.delete(marks)
  }
}

/** Refuses a token whose place among those of the log cannot be told, where those are as MongoDB makes them. */
function refuseOdd({ untried }: Reader, { last }: PlacedMessage): void {
  if (untried === undefined || tokenSeconds(untried) !== undefined || tokenSeconds(last) === undefined) return
  throw new RelayError('RESUME_TOKEN_INVALID', TOKEN_REFUSED)
}

/** Waits until somebody writes the log, and it has begun. */
async function begun(log: LogAccess, marks: Marks, signal: AbortSignal): Promise<PlacedMessage> {
  for (;;) {
    await marks.next(signal)
    const first = await raceSignal(log.from(1), signal)
    if (first) return first
  }
}

/** Reads what is older than the log, until the log has what follows. */
async function* readOlder(
  { beginning }: Extract<Location, { readonly type: 'older' }>,
  { older }: WatchLogContext,
  options: WatchOptions,
  reader: Reader,
  signal: AbortSignal,
): AsyncGenerator<SourceEvent, void, void> {
  const { position } = reader
  if (!older || !position) throw historyLost()
  for await (const event of older.watch({ ...options, start: position, earlierMs: 0 }, signal)) {
    if (event.type === 'open') {
      reader.untried = undefined
      yield* opened(reader)
      continue
    }
    if (event.type === 'interrupted') reader.outage.fail()
    yield event
    signal.throwIfAborted()
    if (event.type !== 'batch') continue
    reader.untried = undefined
    reader.position = { after: fromTokenString(event.position) }
    if (!isAfter(beginning, event.position)) return
  }
}

/** What to tell those who wait; `undefined` where waiting does not help. */
function toInterruption(caught: unknown, broker: Broker): RelayError | undefined {
  if (caught instanceof UnreadableMessage) return undefined
  // silence has no other cause then
  if (caught instanceof Passing && !broker.isConnected && !caught.error.cause) return brokerFailed(caught).error
  if (caught instanceof NoLog) return passing('The event backbone does not serve the log of this', caught).error
  return toPassing(caught)
}

function toEnd(caught: unknown, { position }: Reader): RelayError {
  if (!(caught instanceof RelayError)) return new RelayError('HISTORY_LOST', historyLost().message, { cause: caught })
  return NO_WAY_ON.has(caught.code) ? caught : caught.at(positionToken(position))
}

/** A token that a caller sent, which is to be found in the log. Those that name a time alone are taken everywhere. */
function untriedToken(position: Position | undefined): string | undefined {
  const token = positionToken(position)
  return position === undefined || token === undefined || isHighWaterMark(token) ? undefined : positionKey(position)
}
