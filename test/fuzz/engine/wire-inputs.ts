import { Binary, doc, Int32, Long, Timestamp, type BsonDocument, type BsonValue } from '../../../src/bson/values.ts'
import { finish, FLAG, int32, repair, toMessage, toQueryMessage } from './message.ts'
import type { Random } from '../../support/random/random.ts'
import { fieldName } from '../../support/random/names.ts'
import { scalar } from '../../support/random/scalars.ts'
import { document, value } from '../../support/random/values.ts'

/** The database that the inputs work on. */
export const WIRE_DB = 'wire'

type BodyMaker = (random: Random) => BsonDocument

function on(command: Readonly<Record<string, BsonValue>>): BsonDocument {
  return doc({ ...command, $db: WIRE_DB })
}

const session = (random: Random): BsonDocument => doc({ id: new Binary(random.bytes(16), Binary.SUBTYPE_UUID) })

const BODIES: readonly BodyMaker[] = [
  () => on({ ping: new Int32(1) }),
  () => on({ hello: new Int32(1) }),
  () => on({ buildInfo: new Int32(1) }),
  () => on({ listDatabases: new Int32(1), nameOnly: true }),
  () => on({ listCollections: new Int32(1), cursor: doc({}) }),
  (random) => on({ insert: 'c', documents: [document(random), document(random)], ordered: random.oneIn(2) }),
  (random) => on({ find: 'c', filter: doc({ [fieldName(random)]: scalar(random) }), batchSize: new Int32(2) }),
  (random) => on({ update: 'c', updates: [doc({ q: doc({}), u: doc({ $set: document(random) }) })] }),
  (random) => on({ delete: 'c', deletes: [doc({ q: document(random), limit: new Int32(random.below(2)) })] }),
  (random) =>
    on({ findAndModify: 'c', query: doc({}), update: doc({ $inc: doc({ n: scalar(random) }) }), upsert: true }),
  (random) => on({ count: 'c', query: document(random) }),
  (random) => on({ distinct: 'c', key: fieldName(random) }),
  (random) => on({ aggregate: 'c', pipeline: [doc({ $match: document(random) })], cursor: doc({}) }),
  () => on({ aggregate: 'c', pipeline: [doc({ $changeStream: doc({}) })], cursor: doc({}) }),
  (random) => on({ getMore: new Long(random.uint32()), collection: 'c' }),
  (random) => on({ killCursors: 'c', cursors: [new Long(random.uint32()), scalar(random)] }),
  (random) => on({ endSessions: [session(random)] }),
  (random) =>
    on({ createIndexes: 'c', indexes: [doc({ key: doc({ n: new Int32(1) }), name: 'n', unique: random.oneIn(9) })] }),
  () => on({ drop: 'c' }),
  (random) => on({ insert: 'c', documents: [document(random)], lsid: session(random), txnNumber: new Long(1) }),
  (random) => on({ ping: new Int32(1), lsid: session(random), $clusterTime: doc({ clusterTime: new Timestamp(0n) }) }),
  (random) => on({ [random.pick(['nope', '', '__proto__', 'constructor', '$where'])]: value(random) }),
]

/** A valid message: one of the commands that clients send, framed in one of the ways that the protocol has. */
export function validMessage(random: Random, id: number): Buffer {
  const body = random.pick(BODIES)(random)
  if (random.oneIn(20)) return toQueryMessage(id, random.pick(['admin.$cmd', 'wire.$cmd', 'wire.c']), body)
  if (random.oneIn(30)) return compressed(random, toMessage({ id, body }))
  const flags =
    (random.oneIn(4) ? FLAG.checksumPresent : 0) |
    (random.oneIn(12) ? FLAG.moreToCome : 0) |
    (random.oneIn(8) ? FLAG.exhaustAllowed : 0)
  return toMessage({ id, body: withoutList(random, body), sequences: sequencesOf(random, body), flags })
}

const LISTS = ['documents', 'updates', 'deletes', 'cursors']

function withoutList(random: Random, body: BsonDocument): BsonDocument {
  return random.oneIn(3) ? new Map([...body].filter(([name]) => !LISTS.includes(name))) : body
}

function sequencesOf(random: Random, body: BsonDocument): Map<string, readonly BsonDocument[]> {
  const [name = ''] = body.keys()
  const list = { insert: 'documents', update: 'updates', delete: 'deletes' }[name]
  if (!list || random.oneIn(3)) return new Map()
  return new Map([[random.oneIn(9) ? fieldName(random) : list, random.several(3, () => document(random))]])
}

/** OP_COMPRESSED, which the server did not offer. */
function compressed(random: Random, message: Buffer): Buffer {
  const wrapped = Buffer.concat([
    message.subarray(12, 16),
    int32(message.length - 16),
    random.bytes(1),
    message.subarray(16),
  ])
  return finish(message.readInt32LE(4), 2012, wrapped, false)
}

const LENGTHS = [0, -1, 1, 4, 5, 15, 16, 20, 21, 26, 255, 65_536, 48_000_000, 48_000_001, 0x7fff_ffff, -0x8000_0000]

type Mutation = (message: Buffer, random: Random) => Buffer

const MUTATIONS: readonly Mutation[] = [
  // one bit
  (bytes, random) => {
    const at = random.below(bytes.length)
    if (bytes.length > 0) bytes[at] = (bytes[at] as number) ^ (1 << random.below(8))
    return bytes
  },
  // one byte
  (bytes, random) => {
    if (bytes.length > 0)
      bytes[random.below(bytes.length)] = random.pick([0, 1, 2, 3, 4, 0x7f, 0x80, 0xff, random.below(256)])
    return bytes
  },
  // a length, or what looks like one
  (bytes, random) => {
    if (bytes.length > 4) bytes.writeInt32LE(random.pick(LENGTHS), random.below(bytes.length - 3))
    return bytes
  },
  // a length that is off by a little
  (bytes, random) => {
    if (bytes.length < 4) return bytes
    const at = random.oneIn(2) ? 0 : random.below(bytes.length - 3)
    bytes.writeInt32LE((bytes.readInt32LE(at) + random.between(-5, 5)) | 0, at)
    return bytes
  },
  // cut short
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  // something put in
  (bytes, random) => {
    const at = random.below(bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, at), random.bytes(random.between(1, 20)), bytes.subarray(at)])
  },
  // something taken out
  (bytes, random) => {
    const at = random.below(bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.between(1, 20))])
  },
  // everything twice
  (bytes) => Buffer.concat([bytes, bytes]),
  // a further section
  (bytes, random) =>
    Buffer.concat([bytes, Buffer.from([random.pick([0, 1, 1, 2, 255])]), random.bytes(random.below(20))]),
  // an element's type
  (bytes, random) => {
    const zeros = [...bytes.keys()].filter((at) => bytes[at] === 0)
    const at = random.pick([3, ...zeros]) + 1
    if (at < bytes.length) bytes[at] = random.pick([random.below(0x14), 0x7f, 0xff])
    return bytes
  },
  // a text that is no UTF-8
  (bytes, random) => {
    const letters = [...bytes.keys()].filter((at) => (bytes[at] as number) >= 0x61 && (bytes[at] as number) <= 0x7a)
    if (letters.length > 0) bytes[random.pick(letters)] = random.pick([0xc0, 0xff, 0x80, 0xed, 0x24, 0x2e])
    return bytes
  },
  // op code and flags, when the header is among the bytes
  (bytes, random) => {
    if (bytes.length >= 20 && random.oneIn(2)) bytes.writeInt32LE(random.pick(OP_CODES), 12)
    if (bytes.length >= 20) bytes.writeUInt32LE(random.oneIn(2) ? 1 << random.below(20) : random.uint32(), 16)
    return bytes
  },
  // noise
  (_, random) => random.bytes(random.below(80)),
]

const OP_CODES = [0, 1, 2001, 2004, 2005, 2006, 2010, 2012, 2013, -1]

/**
 * One generated message: valid, or changed in up to three ways. Its length field and checksum are mostly right all the
 * same, so that what is behind them is reached.
 */
export function generatedMessage(random: Random, id: number): Buffer {
  const message = validMessage(random, id)
  if (random.oneIn(6)) return message
  // most changes are behind the flags: what a server hangs up on hides the messages that follow
  const [kept, from] = random.oneIn(8)
    ? [message.subarray(0, 0), message]
    : [message.subarray(0, 21), message.subarray(21)]
  let changed = from
  for (let left = random.between(1, 3); left > 0; left--) changed = random.pick(MUTATIONS)(Buffer.from(changed), random)
  const whole = Buffer.concat([kept, changed])
  return random.oneIn(20) ? whole : repair(whole)
}
