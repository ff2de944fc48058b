import { doc, Int32 } from '../../../src/bson/values.ts'
import type { EngineUnderTest } from './engine-under-test.ts'
import { toMessage } from './message.ts'
import type { Random } from '../../support/random/random.ts'
import type { Fuzzer } from '../harness/fuzzer.ts'
import type { Outcome } from '../harness/outcome.ts'
import { RawConnection } from './raw-connection.ts'
import { generatedMessage, WIRE_DB } from './wire-inputs.ts'
import { isOk, judgeReplies, readStream } from './wire-oracle.ts'

/** How long an answer may take before it counts as a hang. Far above what any input here needs. */
const HANG_MS = 15_000
const SENTINEL_ID = 0x5e57
/** At this size of what a message lacks, the connection is left instead of the message completed. */
const MAX_COMPLETED_BYTES = 100_000

/**
 * Sends generated messages, several on each connection, cut into pieces anywhere, over many connections at a time. Each
 * input is one connection's stream.
 */
export const wireFuzzer: Fuzzer<EngineUnderTest> = {
  name: 'wire',
  usual: 22_700,
  lanes: 16,
  async open({ host, port }, outcome) {
    const control = await RawConnection.open(host, port)
    return {
      async run(random, input) {
        const connection = await RawConnection.open(host, port)
        try {
          const what = await exchange(connection, random, outcome)
          if (what !== undefined || input % 64 !== 0) return what
          return (await answersPing(control)) ? undefined : 'the control connection got no answer'
        } finally {
          outcome.count('replies', connection.replies.length)
          outcome.count('replies that say ok', connection.replies.filter(({ body }) => isOk(body)).length)
          if (!connection.isOpen) outcome.count('closed by the server')
          await connection.close()
        }
      },
      async close() {
        await drop(control)
        await control.close()
        return undefined
      },
    }
  },
}

async function exchange(connection: RawConnection, random: Random, outcome: Outcome): Promise<string | undefined> {
  const messages = Array.from({ length: random.between(1, 8) }, (_, i) => generatedMessage(random, i + 1))
  outcome.count('messages', messages.length)
  let bytes = Buffer.concat(messages)
  const { missing, mustClose } = readStream(bytes)
  if (missing > MAX_COMPLETED_BYTES) {
    // the rest of a message that never comes: the server waits, and others do not notice
    await sendInPieces(connection, bytes, random)
    return undefined
  }
  // what a length field promised but did not bring is filled up with noise, then the server must be there still
  if (!mustClose) bytes = Buffer.concat([bytes, completing(bytes, random), sentinel()])
  await sendInPieces(connection, bytes, random)
  const reading = readStream(bytes)
  const settled = await connection.until(
    () => !connection.isOpen || connection.malformed !== undefined || isDone(connection),
    HANG_MS,
  )
  if (connection.malformed) return connection.malformed
  if (!settled) return `no answer after ${connection.replies.length} of ${reading.answered.length} replies`
  if (reading.mustClose && connection.isOpen && !isStreaming(connection)) return 'an impossible header was not refused'
  return judgeReplies(reading, connection.replies, connection.isOpen && !isStreaming(connection))
}

function isDone(connection: RawConnection): boolean {
  return isStreaming(connection) || connection.replies.at(-1)?.responseTo === SENTINEL_ID
}

function isStreaming({ replies }: RawConnection): boolean {
  return replies.at(-1)?.moreToCome === true
}

/** What completes the last message; again, when the noise looks like the start of another one. */
function completing(bytes: Buffer, random: Random): Buffer {
  let added = Buffer.alloc(0)
  for (;;) {
    const { missing, mustClose } = readStream(Buffer.concat([bytes, added]))
    if (mustClose || missing === 0 || missing > MAX_COMPLETED_BYTES) return added
    added = Buffer.concat([added, random.bytes(missing)])
  }
}

function sentinel(): Buffer {
  return toMessage({ id: SENTINEL_ID, body: doc({ ping: new Int32(1), $db: 'admin' }) })
}

async function sendInPieces(connection: RawConnection, bytes: Buffer, random: Random): Promise<void> {
  const largest = random.pick([1, 3, 40, bytes.length, bytes.length])
  for (let at = 0, size = 0; at < bytes.length && connection.isOpen; at += size) {
    // single bytes are costly: a stretch of them, then the rest
    size = largest < 40 && at > 200 ? bytes.length - at : random.between(1, largest)
    connection.write(bytes.subarray(at, at + size))
    // lets the other connections have their turn
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

async function answersPing(control: RawConnection): Promise<boolean> {
  const before = control.replies.length
  control.write(sentinel())
  return control.until(() => control.replies.length > before, HANG_MS)
}

/** Leaves nothing behind: closes what cursors are open by dropping what they read. */
async function drop(control: RawConnection): Promise<void> {
  const commands = [doc({ dropDatabase: new Int32(1), $db: WIRE_DB }), doc({ killAllSessions: [], $db: 'admin' })]
  for (const body of commands) {
    const before = control.replies.length
    control.write(toMessage({ id: 1, body }))
    await control.until(() => control.replies.length > before || !control.isOpen, HANG_MS)
  }
}
