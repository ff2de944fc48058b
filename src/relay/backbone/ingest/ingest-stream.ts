import { RelayError } from '../../../errors.ts'
import type { Logger } from '../../../util/logs/logger.ts'
import { sleepUnlessAborted } from '../../../util/waiting/sleep.ts'
import type { ChangeSource } from '../../changes/change-source.ts'
import { tokenFor } from '../../changes/position.ts'
import { historyLost } from '../../changes/position-errors.ts'
import { scopeKey } from '../../changes/scope.ts'
import type { Nats } from '../connection.ts'
import { createLogWriter, Refused, type Tail } from '../log/log-writer.ts'
import { type Mark, publishMark, readMark } from '../log/mark.ts'
import { bareMessage } from '../log/message.ts'
import type { LoggedStream, LogNames } from '../names.ts'
import { dataLimit } from '../parts.ts'
import { copyChanges, MARK_MS, type Writing } from './copy-changes.ts'
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

/** How much is added to the time before one writes, at random, so that not all try at once: a part of that time. */
const JITTER = 1 / 6

/** How soon what trying again does not mend is tried again all the same: somebody may have mended it. Milliseconds. */
const RETRY_MS = 10_000

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
  let heardAt = isNew ? -Infinity : performance.now()
  let isLeading = false
  /** Ends the turn, if there is one. */
  let turn: AbortController | undefined
  const writing: Writing = { seq: 0, sayProgress() {} }
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
        if (mark.seq > writing.seq || (mark.seq === writing.seq && mark.by < by)) turn?.abort(YIELDED)
      }
    },
  })
  // who begins to read it need not wait
  const uses = nats.connection.subscribe(names.uses, { callback: () => writing.sayProgress() })
  const say = (mark: Mark) => {
    if (!nats.connection.isClosed()) publishMark(nats, names.marks, mark)
  }
  const maxBytes = dataLimit(nats.connection)
  const context = { source, stream, writer, maxBytes, writing, by, say, counters, log }
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
      return (await writer.readTail()).seq < writing.seq
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
    writing.seq = tail.seq
    counters.takeovers++
    isLeading = true
    log.info({ ns, seq: tail.seq }, 'Writing the log')
    for (;;) {
      try {
        return await copyChanges(context, tail, signal)
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
}

/** The error that says that what follows the end of a log cannot be had. */
function toLost(error: unknown): RelayError | undefined {
  const lost = error instanceof RelayError ? error : undefined
  const isLost = lost?.code === 'HISTORY_LOST' || lost?.code === 'RESUME_TOKEN_INVALID'
  if (lost?.code === 'EVENT_TOO_LARGE') return lost
  // a token of its own that a server does not take is one that it has forgotten
  return isLost ? historyLost() : undefined
}
