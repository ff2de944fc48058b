import type { Msg } from '@nats-io/transport-node'
import { ignoreError, RelayError } from '../../../errors.ts'
import { createFairSemaphore } from '../../../util/waiting/fair-semaphore.ts'
import { raceSignal } from '../../../util/waiting/race-signal.ts'
import type { ChangeSource } from '../../changes/change-source.ts'
import { scopeKey } from '../../changes/scope.ts'
import { toFailure } from '../ask.ts'
import type { Nats } from '../connection.ts'
import type { IngestCounters } from '../ingest/counters.ts'
import { dataLimit, toParts } from '../parts.ts'
import { type DocumentsAnswer, writeAnswerHeaders, writeDocument } from './answer.ts'
import { type DocumentsQuestion, fromQuestion } from './question.ts'

/** How many reads go on at a time; MongoDB answers each with 16 MiB at most. */
const MAX_READS = 8

/** How many may wait for that, and for how long, in milliseconds: so long that the relay does not ask others yet. */
const MAX_WAITING = 200
const MAX_WAIT_MS = 1_000

/** How many bytes a message of an answer has at most: the links to some relays are slow. */
const MAX_BYTES = 262_144

/** How long a read may take, in milliseconds: less than the relay waits. */
const MAX_READ_MS = 8_000

/**
 * Has an ingester answer questions for documents. Never rejects.
 *
 * **Cost**: one bounded read for each, in memory until the broker has it: a message's bytes, or one document.
 *
 * @param counters counts the documents
 * @param stopped ends what is under way
 */
export function createDocumentsAnswerer(
  { connection, headers }: Nats,
  source: ChangeSource,
  counters: IngestCounters,
  stopped: AbortSignal,
): (given: DocumentsQuestion, message: Msg) => Promise<void> {
  const reads = createFairSemaphore({ count: MAX_READS, turnMs: Infinity, now: () => performance.now() })
  const maxData = Math.min(MAX_BYTES, dataLimit(connection))
  /** Where answers go that are under way: who asks all ingesters has asked one of them before. */
  const answering = new Set<string>()

  return async (given, message) => {
    const { reply = '' } = message
    if (answering.has(reply)) return
    answering.add(reply)
    try {
      await answer(given, message)
    } catch (error) {
      // what the source throws is for good: it tries again itself while that can help
      message.respond(JSON.stringify(toFailure(error, (shown) => shown === BUSY)))
    } finally {
      answering.delete(reply)
    }
  }

  async function answer(given: DocumentsQuestion, message: Msg): Promise<void> {
    const options = fromQuestion(given)
    if (reads.waiting >= MAX_WAITING) throw BUSY
    const turn = await reads.acquire(scopeKey(options), AbortSignal.any([stopped, AbortSignal.timeout(MAX_WAIT_MS)]))
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(MAX_READ_MS)])
    const reading = read(source, options, maxData, signal)
    try {
      const { data, isEnd, count } = await raceSignal(reading, signal)
      counters.documents += count
      for (const part of toParts(data, maxData)) {
        message.respond(part.data, { headers: writeAnswerHeaders(headers(), { ...part, isEnd }) })
        // no more than one of them waits to be sent
        await raceSignal(connection.flush(), signal)
      }
    } finally {
      // one that has been given up may have something in memory still
      void reading.catch(ignoreError('it has been answered')).finally(() => turn.release())
    }
  }
}

const BUSY = new RelayError('LIMIT_EXCEEDED', 'The ingester reads as many documents as it may')

/** Reads as many documents as a message has room for, and one in any case. */
async function read(
  source: ChangeSource,
  options: ReturnType<typeof fromQuestion>,
  maxBytes: number,
  signal: AbortSignal,
): Promise<DocumentsAnswer & { readonly count: number }> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  let count = 0
  for await (const documents of source.documents(options, signal)) {
    for (const found of documents) {
      const written = writeDocument(found)
      const size = written.reduce((sum, { length }) => sum + length, 0)
      if (count > 0 && bytes + size > maxBytes) {
        return { data: Buffer.concat(pieces), isEnd: false, count }
      }
      pieces.push(...written)
      bytes += size
      count++
    }
  }
  return { data: Buffer.concat(pieces), isEnd: count < options.limit, count }
}
