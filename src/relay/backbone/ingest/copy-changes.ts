import type { Logger } from '../../../util/logs/logger.ts'
import type { ChangeSource } from '../../changes/change-source.ts'
import { type Position, tokenFor } from '../../changes/position.ts'
import { scopeKey } from '../../changes/scope.ts'
import { fromTokenString } from '../../changes/tokens/resume-token.ts'
import { tokenSeconds } from '../../changes/tokens/token-order.ts'
import type { LogWriter, Tail } from '../log/log-writer.ts'
import type { Mark } from '../log/mark.ts'
import { bareMessage, type LogMessage, type PlacedMessage } from '../log/message.ts'
import { createPendingChanges } from '../log/write-events.ts'
import type { LoggedStream } from '../names.ts'
import type { IngestCounters } from './counters.ts'

/** What changes are copied from, and to where. */
export interface CopyContext {
  readonly source: ChangeSource
  readonly stream: LoggedStream
  readonly writer: LogWriter
  /** How large a message may be beside its headers, in bytes. */
  readonly maxBytes: number
  readonly writing: Writing
  /** Who copies. */
  readonly by: string
  say(mark: Mark): void
  readonly counters: IngestCounters
  readonly log: Logger
}

/** How far the one who writes a log is. */
export interface Writing {
  /** The place of the last message that it knows of. */
  seq: number
  /** Says how far the log is, while it is being copied to. */
  sayProgress(): void
}

/** How often it is said how far the log is, in milliseconds. */
export const MARK_MS = 500

/** How much may wait to be written before no more is read, in bytes. */
const MAX_PENDING_BYTES = 4_194_304

/** How far a quiet scope gets before a message says so: after an outage reading has to begin there. Seconds. */
const IDLE_SECONDS = 300

/** Copies what follows the end of a log, until that fails. */
export async function copyChanges(context: CopyContext, tail: Tail, outer: AbortSignal): Promise<never> {
  const { source, stream, writer, maxBytes, writing, by, say, counters, log } = context
  const failed = new AbortController()
  const signal = AbortSignal.any([outer, failed.signal])
  const pending = createPendingChanges(maxBytes)
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
  writing.sayProgress = () => sayWith()
  const timer = setInterval(() => sayWith(), MARK_MS)
  try {
    const start: Position | 'now' = last === undefined ? 'now' : { after: fromTokenString(last) }
    for await (const event of source.watch({ scope: stream.scope, ...imagesOf(stream), start }, signal)) {
      signal.throwIfAborted()
      switch (event.type) {
        case 'open':
          if (last === undefined) await append(bareMessage('origin', '', tokenFor(event.position)))
          isOpen = true
          sayWith()
          break
        case 'interrupted':
          // another one may be able to read; where none is, readers are told why
          isOpen = false
          log.warn(
            { ns: scopeKey(stream.scope), reason: source.reasonOf(event.error) },
            `${event.error.message}; trying again until it can`,
          )
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
    writing.sayProgress = () => {}
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
    writing.seq = seq
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

function imagesOf({ fullDocument, fullDocumentBeforeChange, showExpandedEvents }: LoggedStream) {
  return { fullDocument, fullDocumentBeforeChange, showExpandedEvents }
}

function isFarBehind(last: string, reached: string): boolean {
  return (tokenSeconds(reached) ?? 0) - (tokenSeconds(last) ?? 0) >= IDLE_SECONDS
}
