import type { MongoClient, Timestamp } from 'mongodb'
import type { Nats } from '../../../../src/relay/backbone/connection.ts'
import { accessLog } from '../../../../src/relay/backbone/log/log-access.ts'
import { eventsOf, type PlacedMessage, readMessage } from '../../../../src/relay/backbone/log/message.ts'
import { loggedStream, type LogNames, namesOf } from '../../../../src/relay/backbone/names.ts'
import { createPartCollector } from '../../../../src/relay/backbone/parts.ts'
import { toChange } from '../../../../src/relay/changes/to-change.ts'

/** The images that the tests ask for. */
export const IMAGES = { fullDocument: 'default', fullDocumentBeforeChange: 'off', showExpandedEvents: false } as const

/** The names of the log of a database's collection `c`. */
export function namesFor(backbone: string, db: string): LogNames {
  return namesOf(backbone, loggedStream({ scope: { db, coll: 'c' }, ...IMAGES }))
}

/** All messages of a log. */
export async function readLog(nats: Nats, names: LogNames): Promise<PlacedMessage[]> {
  const log = accessLog(nats, names)
  const messages: PlacedMessage[] = []
  for (let next = await log.from(1); next; next = await log.from(next.seq + 1)) messages.push(next)
  return messages
}

/** All messages of a log, as the leader of its servers has them. */
export async function readLogByLeader({ manager }: Nats, { stream }: LogNames): Promise<PlacedMessage[]> {
  const { first_seq: first, last_seq: last } = (await manager.streams.info(stream)).state
  const messages: PlacedMessage[] = []
  for (let seq = first; seq <= last; seq++) {
    const found = await manager.streams.getMessage(stream, { seq })
    if (found) messages.push(readMessage(seq, found.header, found.data))
  }
  return messages
}

/** The tokens of all events in messages, as they are: nothing is passed over. */
export function tokensIn(messages: readonly PlacedMessage[]): string[] {
  const parts = createPartCollector<PlacedMessage>()
  const whole = messages.map((message) => parts.take(message)).filter((taken) => typeof taken !== 'string')
  return whole.flatMap(eventsOf).map((bytes) => toChange(bytes).resumeToken)
}

/** The tokens of the collection `c` as the driver's own change stream has them, from a time on. */
export async function tokensOfDriver(
  client: MongoClient,
  db: string,
  from: Timestamp,
  count: number,
): Promise<string[]> {
  const tokens: string[] = []
  const stream = client.db(db).collection('c').watch([], { startAtOperationTime: from })
  for await (const { _id } of stream) {
    tokens.push(String((_id as { _data: string })._data))
    if (tokens.length === count) break
  }
  await stream.close()
  return tokens
}

/** Whether each message begins where the one before ends. */
export function isChained(messages: readonly PlacedMessage[]): boolean {
  return messages.every(({ before }, index) => index === 0 || before === messages[index - 1]?.last)
}
