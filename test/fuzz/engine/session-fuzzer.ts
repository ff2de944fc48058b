import { Binary, doc, Int32, Long, type BsonDocument } from '../../../src/bson/values.ts'
import type { EngineUnderTest } from './engine-under-test.ts'
import { toMessage } from './message.ts'
import type { Random } from '../../support/random/random.ts'
import type { Fuzzer } from '../harness/fuzzer.ts'
import { RawConnection } from './raw-connection.ts'
import { isOk, judgeBody } from './wire-oracle.ts'

const DB = 'sessions'
const LANES = 6
/** A command may wait for a transaction that holds what it wants, until that expires; but never this long. */
const HANG_MS = 15_000

/**
 * Runs commands of few sessions and transactions on few documents over several connections at a time, as no client
 * would: statements of one transaction at once, commits of what is open elsewhere, unique keys that collide. Each must
 * be answered, and in the end nothing may be held any more.
 */
export const sessionFuzzer: Fuzzer<EngineUnderTest> = {
  name: 'sessions',
  usual: 50_000,
  lanes: LANES,
  async open({ host, port }, outcome) {
    const connections = await Promise.all(Array.from({ length: LANES }, () => RawConnection.open(host, port)))
    const [first] = connections as [RawConnection]
    await command(first, doc({ create: 'c', $db: DB }))
    const unique = doc({ key: doc({ u: new Int32(1) }), name: 'u', unique: true, sparse: true })
    await command(first, doc({ createIndexes: 'c', indexes: [unique], $db: DB }))
    return {
      async run(random, input, lane) {
        const reply = await command(connections[lane] ?? first, sessionCommand(random, input))
        if (!reply) return 'no answer'
        outcome.count(isOk(reply) ? 'done' : 'refused')
        return judgeBody({ body: reply })
      },
      async close() {
        await command(first, doc({ killAllSessions: [], $db: 'admin' }))
        const all = doc({ q: doc({}), limit: new Int32(0) })
        const free = await command(first, doc({ delete: 'c', deletes: [all], maxTimeMS: new Int32(1_000), $db: DB }))
        await command(first, doc({ dropDatabase: new Int32(1), $db: DB }))
        await Promise.all(connections.map((connection) => connection.close()))
        return free && isOk(free) ? undefined : 'documents are held although every session ended'
      },
    }
  },
}

async function command(connection: RawConnection, body: BsonDocument): Promise<BsonDocument | undefined> {
  connection.replies.length = 0
  connection.write(toMessage({ id: 1, body }))
  await connection.until(() => connection.replies.length > 0 || !connection.isOpen, HANG_MS)
  return connection.replies[0]?.body
}

function sessionCommand(random: Random, input: number): BsonDocument {
  // transaction numbers rise slowly, so that several statements meet in one
  const session = random.below(3)
  const kind = random.below(10)
  const fields = doc({
    lsid: kind === 0 ? undefined : doc({ id: new Binary(Buffer.alloc(16, session), Binary.SUBTYPE_UUID) }),
    txnNumber: kind === 0 ? undefined : new Long(Math.floor(input / 24) + random.below(2)),
    autocommit: kind < 3 ? undefined : false,
    startTransaction: kind > 5 ? true : undefined,
    $db: DB,
  })
  if (random.oneIn(6)) return endOf(random, fields)
  return new Map([...statement(random), ...fields])
}

function endOf(random: Random, fields: BsonDocument): BsonDocument {
  const body = new Map([[random.oneIn(2) ? 'commitTransaction' : 'abortTransaction', new Int32(1)], ...fields])
  body.set('$db', 'admin')
  body.set('autocommit', false)
  body.delete('startTransaction')
  return body
}

function statement(random: Random): BsonDocument {
  const id = () => new Int32(random.below(4))
  const one = new Int32(1)
  switch (random.below(9)) {
    case 0:
      return doc({
        insert: 'c',
        documents: random.several(3, () => doc({ _id: id(), u: id() })),
        ordered: random.oneIn(2),
      })
    case 1:
      return doc({
        update: 'c',
        updates: [doc({ q: doc({ _id: id() }), u: doc({ $set: doc({ u: id() }) }), upsert: true })],
      })
    case 2:
      return doc({ update: 'c', updates: [doc({ q: doc({}), u: doc({ $inc: doc({ n: one }) }), multi: true })] })
    case 3:
      return doc({ delete: 'c', deletes: [doc({ q: doc({ _id: id() }), limit: one })] })
    case 4:
      return doc({
        findAndModify: 'c',
        query: doc({ _id: id() }),
        update: doc({ $inc: doc({ n: one }) }),
        upsert: true,
        new: true,
      })
    case 5:
      return doc({ find: 'c', batchSize: new Int32(random.below(3)) })
    case 6:
      return doc({ aggregate: 'c', pipeline: [doc({ $sort: doc({ n: one }) })], cursor: doc({}) })
    case 7:
      return doc({ count: 'c' })
    default:
      return random.oneIn(20)
        ? doc({ [random.pick(['drop', 'create'])]: 'c' })
        : doc({ insert: 'd', documents: [doc({ n: id() })] })
  }
}
