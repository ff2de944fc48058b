import { RelayError } from '../../../errors.ts'
import type { Logger } from '../../../util/logs/logger.ts'
import { sleepUnlessAborted } from '../../../util/waiting/sleep.ts'
import type { ChangeSource } from '../../changes/change-source.ts'
import { type Position, tokenFor } from '../../changes/position.ts'
import { historyLost } from '../../changes/position-errors.ts'
import { scopeKey } from '../../changes/scope.ts'
import { fromTokenString } from '../../changes/tokens/resume-token.ts'
import { tokenSeconds } from '../../changes/tokens/token-order.ts'
import type { Nats } from '../connection.ts'
import { createLogWriter, Refused, type Tail } from '../log/log-writer.ts'
import { type Mark, publishMark, readMark } from '../log/mark.ts'
import { bareMessage, type LogMessage, type PlacedMessage } from '../log/message.ts'
import { createPendingChanges } from '../log/write-events.ts'
import type { LoggedStream, LogNames } from '../names.ts'
import { dataLimit } from '../parts.ts'
import type { IngestCounters } from './counters.ts'

/** What one change stream is copied from, and to where. */
export interface IngestOptions {
  readonly nats: Nats
  readonly names: LogNames
  readonly stream: LoggedStream
  readonly source: ChangeSource
  /** Who this ingester is: no other one has the same. */
  readonly by: string
  readonly counters: IngestCounters
  readonly log: Logger
  /** Whether the log has just been made, so that nobody else can be writing it. */
  readonly isNew: boolean
  /** How long nothing may be said by anybody else before this one writes, in milliseconds. Default 3,000. */
  readonly takeoverMs?: number | undefined
}

/** One log that this ingester writes, or would if nobody else did. */
export interface StreamIngest {
  /** Whether it writes it now. */
  readonly isLeading: boolean
  /** Begins anew where the log ends earlier than this one has it: a broker that comes back may have lost the end. */
  recheck(): void
  /** Says that it does not go on, and ends. Idempotent. */
  stop(): Promise<void>
}

/** How often it is said how far the log is, in milliseconds. */
const MARK_MS = 500

/** How much is added to the time before one writes, at random, so that not all try at once: a part of that time. */
const JITTER = 1 / 6

/** How soon what trying again does not mend is tried again all the same: somebody may have mended it. Milliseconds. */
const RETRY_MS = 10_000

/** How much may wait to be written before no more is read, in bytes. */
const MAX_PENDING_BYTES = 4_194_304

/** How far a quiet scope gets before a message says so: after an outage reading has to begin there. Seconds. */
const IDLE_SECONDS = 300

/** Thrown to end a turn of writing: somebody else writes. */
const YIELDED = new Error('Somebody else writes to the log')

/** Thrown to begin a turn anew: what was written last is no longer there. */
const END_LOST = new Error('The broker has lost the end of the log')

/**
 * Copies one change stream into a log: when nobody else does, and until somebody else has.
 *
 * What makes that safe is that each message is offered for one place, and begins right after the message before: who
 * wins the place does not matter. That one ingester reads while the others wait saves the work alone.
 */
export function ingestStream(options: IngestOptions): StreamIngest {
  const { nats, names, stream, source, by, counters, log, isNew, takeoverMs = 3_000 } = options
  const ns = scopeKey(stream.scope)
  const stopped = new AbortController()
  const writer = createLogWriter(nats, names)
  const maxPayload = dataLimit(nats.connection)
  let heardAt = isNew ? -Infinity : performance.now()
  let isLeading = false
  /** Ends the turn, if there is one. */
  let turn: AbortController | undefined
  let ownSeq = 0
  /** Says how far the log is, while this one writes it. */
  let sayProgress = () => {}
  /** What has been logged of a failure that goes on. */
  let failing: string | undefined

  const subscription = nats.connection.subscribe(names.marks, {
    callback(error, message) {
      const mark = error ? undefined : readMark(message)
      if (mark === undefined || mark.by === by) return
      if ('resigns' in mark) heardAt = -Infinity
      else if ('seq' in mark) {
        heardAt = performance.now()
        // of two who find nothing to write one is enough
        if (mark.seq > ownSeq || (mark.seq === ownSeq && mark.by < by)) turn?.abort(YIELDED)
      }
    },
  })
  // who begins to read it need not wait
  const uses = nats.connection.subscribe(names.uses, { callback: () => sayProgress() })
  const say = (mark: Mark) => {
    if (!nats.connection.isClosed()) publishMark(nats, names.marks, mark)
  }
  const running = run()

  return {
    get isLeading() {
      return isLeading
    },
    recheck() {
      const current = turn
      if (current) void isEndLost().then((isLost) => isLost && current.abort(END_LOST))
    },
    async stop() {
      if (isLeading) say({ by, resigns: true })
      stopped.abort()
      subscription.unsubscribe()
      uses.unsubscribe()
      await running
    },
  }

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      const waitMs = heardAt + takeoverMs * (1 + Math.random() * JITTER) - performance.now()
      if (waitMs > 0) {
        await sleepUnlessAborted(Math.min(waitMs, MARK_MS), stopped.signal)
        continue
      }
      turn = new AbortController()
      const signal = AbortSignal.any([stopped.signal, turn.signal])
      try {
        await lead(signal)
      } catch (error) {
        await pause(error, signal)
      } finally {
        isLeading = false
        turn = undefined
      }
    }
  }

  /** Whether the log ends before what this one has written. */
  async function isEndLost(): Promise<boolean> {
    try {
      return (await writer.readTail()).seq < ownSeq
    } catch {
      // the next message that is offered shows it
      return false
    }
  }

  /** Waits for as long as a failure wants. */
  async function pause(error: unknown, signal: AbortSignal): Promise<void> {
    if (stopped.signal.aborted) return
    if (error === END_LOST || (error instanceof Refused && (await isEndLost()))) {
      log.warn({ ns }, `${END_LOST.message}; writing it again`)
    } else if (error === YIELDED || error instanceof Refused) {
      counters.refused++
      heardAt = performance.now()
      log.info({ ns }, 'Another ingester writes the log')
    } else if (error instanceof RelayError) {
      log.warn({ ns, code: error.code, reason: source.reasonOf(error) }, `Reading the changes failed: ${error.message}`)
      const until = performance.now() + RETRY_MS
      while (performance.now() < until && !signal.aborted) {
        say({ by, error, isPassing: false })
        await sleepUnlessAborted(MARK_MS, signal)
      }
    } else {
      const { message } = error as Error
      if (failing !== message) log.warn({ ns, err: error }, 'Writing the log failed; trying again until it can')
      failing = message
      await sleepUnlessAborted(MARK_MS, signal)
    }
  }

  /** Writes until it fails. */
  async function lead(signal: AbortSignal): Promise<never> {
    let tail = await writer.readTail()
    let gapAt = -Infinity
    failing = undefined
    ownSeq = tail.seq
    counters.takeovers++
    isLeading = true
    log.info({ ns, seq: tail.seq }, 'Writing the log')
    for (;;) {
      try {
        return await copy(tail, signal)
      } catch (error) {
        signal.throwIfAborted()
        const lost = toLost(error)
        if (lost === undefined || performance.now() - gapAt < RETRY_MS) throw error
        gapAt = performance.now()
        tail = await writer.readTail()
        tail = await writeGap(tail, lost, signal)
      }
    }
  }

  /** Says in the log that what follows it cannot be had; what happens from now on can. */
  async function writeGap({ seq, message }: Tail, error: RelayError, signal: AbortSignal): Promise<Tail> {
    const at = await source.operationTime(signal)
    const gap = bareMessage('gap', message?.last ?? '', tokenFor({ at }), error)
    log.error({ ns, code: error.code }, `Changes are missing in the log: ${error.message}`)
    counters.gaps++
    const place = await writer.append(seq, gap)
    return { seq: place, message: { ...gap, seq: place } }
  }

  /** Copies what follows the end of the log, until that fails. */
  async function copy(tail: Tail, outer: AbortSignal): Promise<never> {
    const failed = new AbortController()
    const signal = AbortSignal.any([outer, failed.signal])
    const pending = createPendingChanges(maxPayload)
    let { seq } = tail
    let last = tail.message?.last
    let reached = last ?? ''
    /** How many events have been read and are in no message that was taken. */
    let unwritten = 0
    let isOpen = false
    let flushing: Promise<void> | undefined

    const sayWith = (message?: PlacedMessage) => {
      if (!isOpen || last === undefined) return
      say({ by, seq, last, reached: unwritten === 0 && reached > last ? reached : last, message })
    }
    sayProgress = () => sayWith()
    const timer = setInterval(() => sayProgress(), MARK_MS)
    try {
      const start: Position | 'now' = last === undefined ? 'now' : { after: fromTokenString(last) }
      for await (const event of source.watch({ scope: stream.scope, ...imagesOf(stream), start }, signal)) {
        signal.throwIfAborted()
        switch (event.type) {
          case 'open':
            if (last === undefined) await append(bareMessage('origin', '', tokenFor(event.position)))
            isOpen = true
            sayProgress()
            break
          case 'interrupted':
            // another one may be able to read; where none is, readers are told why
            isOpen = false
            log.warn({ ns, reason: source.reasonOf(event.error) }, `${event.error.message}; trying again until it can`)
            say({ by, error: event.error, isPassing: true })
            break
          case 'batch':
            pending.push(event.events)
            unwritten += event.events.length
            reached = event.position
            if (!pending.isEmpty) flushing ??= flush().finally(() => (flushing = undefined))
            if (pending.bytes > MAX_PENDING_BYTES) await flushing
            else if (unwritten === 0 && !flushing && last !== undefined && isFarBehind(last, reached)) {
              await append(bareMessage('idle', last, reached))
            }
        }
      }
      throw new Error('A source of changes has ended')
    } catch (error) {
      throw failed.signal.aborted && !outer.aborted ? failed.signal.reason : error
    } finally {
      clearInterval(timer)
      sayProgress = () => {}
      failed.abort()
      await flushing
    }

    async function flush(): Promise<void> {
      try {
        // what arrives while one message is under way is in the next one
        while (!pending.isEmpty && !signal.aborted) {
          for (const message of pending.take(last ?? '')) await append(message)
        }
      } catch (error) {
        failed.abort(error)
      }
    }

    async function append(message: LogMessage): Promise<void> {
      seq = await writer.append(seq, message)
      ownSeq = seq
      last = message.last
      counters.messages++
      counters.bytes += message.data.length
      if (message.kind !== 'part') {
        counters.events += message.count
        unwritten -= message.count
      }
      // who reads the log has it at once
      sayWith({ ...message, seq })
    }
  }
}

function imagesOf({ fullDocument, fullDocumentBeforeChange, showExpandedEvents }: LoggedStream) {
  return { fullDocument, fullDocumentBeforeChange, showExpandedEvents }
}

/** The error that says that what follows the end of a log cannot be had. */
function toLost(error: unknown): RelayError | undefined {
  const lost = error instanceof RelayError ? error : undefined
  const isLost = lost?.code === 'HISTORY_LOST' || lost?.code === 'RESUME_TOKEN_INVALID'
  if (lost?.code === 'EVENT_TOO_LARGE') return lost
  // a token of its own that a server does not take is one that it has forgotten
  return isLost ? historyLost() : undefined
}

function isFarBehind(last: string, reached: string): boolean {
  return (tokenSeconds(reached) ?? 0) - (tokenSeconds(last) ?? 0) >= IDLE_SECONDS
}
