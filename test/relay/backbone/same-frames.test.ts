import { Binary, BSONSymbol, Code, Decimal128, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRelay } from '../../../src/adapters/node/relay.ts'
import { hasNatsServer } from '../../support/nats-server.ts'
import { useBackbone } from '../../support/backbone.ts'
import { PATIENCE_MS } from '../../support/patience.ts'
import { useDeployment } from '../../support/use-deployment.ts'

const FIELDS = `resumeToken operationType documentKey fullDocument fullDocumentBeforeChange updateDescription { updatedFields removedFields } json`

/** Those that say nothing of when the snapshot began. */
const SNAPSHOT_FIELDS = 'resumeToken operationType ns { db coll } documentKey fullDocument'

/** What is asked for, and how many events answer that. */
const ASKED: readonly (readonly [name: string, args: string, count: number])[] = [
  ['all', 'coll: "c"', 6],
  // of what is not written again: an ingester looks it up earlier
  ['documents of updates', 'coll: "c", where: {documentKey: {_id: 2}}, fullDocument: UPDATE_LOOKUP', 2],
  ['recorded images', 'coll: "c", fullDocument: WHEN_AVAILABLE, fullDocumentBeforeChange: WHEN_AVAILABLE', 6],
  ['what a filter lets through', 'coll: "c", where: {documentKey: {_id: 2}}', 2],
  ['a whole database', '', 9],
  ['expanded events', 'coll: "c", showExpandedEvents: true', 6],
  ['a drop, which invalidates', 'coll: "plain"', 4],
  ['an image that is required, and missing', 'coll: "plain", fullDocumentBeforeChange: REQUIRED', 3],
]

/** What there is in a snapshot, and how many frames that is, with its end. */
const SNAPSHOTS: readonly (readonly [name: string, args: string, count: number])[] = [
  ['all', 'coll: "c"', 35 + 1],
  ['canonical', 'coll: "c", format: CANONICAL', 35 + 1],
  ['with a filter', 'coll: "c", where: "{\\"fullDocument.odd\\": true}"', 17 + 1],
  ['a document of 4 MiB', 'coll: "large"', 3 + 1],
  ['nothing', 'coll: "none"', 1],
]

/** What is refused, or fails. */
const REFUSED: readonly (readonly [name: string, args: string])[] = [
  ['a token that is none', 'coll: "c", startAfter: "zz"'],
  ['a token of another form', 'coll: "c", startAfter: "eyJfZGF0YSI6IDV9"'],
  ['an internal collection', 'coll: "system.views"'],
  ['a view', 'coll: "view"'],
  ['a snapshot of a view', 'coll: "view", snapshot: FIRST'],
  ['a snapshot of an internal collection', 'coll: "system.views", snapshot: FIRST'],
]

describe.skipIf(!hasNatsServer)('a relay on a backbone', () => {
  const at = useDeployment()
  const backbone = useBackbone()
  const stops: (() => unknown)[] = []
  let relays: { readonly graphqlUrl: string }[] = []

  beforeEach(async () => {
    await backbone.ingest({ mongoUri: at.uri })
    const options = { namespace: `${at.db}.c`, port: 0, readyTimeoutMs: PATIENCE_MS }
    const direct = await createRelay({ ...options, mongoUri: at.uri })
    stops.unshift(() => direct.stop())
    const behind = await createRelay({ ...options, ...backbone.options })
    stops.unshift(() => behind.stop())
    relays = [direct, behind]
    const db = at.client.db(at.db)
    await db.createCollection('c', { changeStreamPreAndPostImages: { enabled: true } })
    await db.createCollection('plain')
    await db.createCollection('view', { viewOn: 'c', pipeline: [] })
  })
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
  })

  it.each(ASKED)('sends the same bytes as one on MongoDB: %s', { timeout: PATIENCE_MS }, async (_, args, count) => {
    const ask = (more: string) => `subscription { changes(db: "${at.db}" ${args} ${more}) { ${FIELDS} } }`
    // its log begins with the first who asks
    await read(relays[1]?.graphqlUrl, ask('announceStart: true'), 1)
    const { t, i } = await at.operationTime()
    const db = at.client.db(at.db)
    const c = db.collection<{ _id: number; n?: number; odd?: unknown }>('c')
    await c.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, odd: [1, { 'a.b': null }] },
    ])
    await c.updateOne({ _id: 1 }, { $set: { n: 2 } })
    await c.updateOne({ _id: 1 }, { $unset: { n: 1 } })
    await c.updateOne({ _id: 2 }, { $set: { n: 3 } })
    await c.deleteOne({ _id: 1 })
    const plain = db.collection<{ _id: number; n?: number }>('plain')
    await plain.insertOne({ _id: 1 })
    await plain.updateOne({ _id: 1 }, { $set: { n: 1 } })
    await plain.drop()
    const query = ask(`startAtOperationTime: {t: ${t}, i: ${i + 1}}`)
    const [direct, behind] = await Promise.all(relays.map(({ graphqlUrl }) => read(graphqlUrl, query, count)))
    expect(direct).toHaveLength(count)
    expect(behind).toEqual(direct)
  })

  it.each(SNAPSHOTS)('sends the same snapshot: %s', { timeout: PATIENCE_MS }, async (_, args, count) => {
    const db = at.client.db(at.db)
    const ids = [null, ...idsOfDriver(), ...Array.from({ length: 17 }, (_, n) => `id ${n + 10}`)]
    await db.collection<{ _id: unknown }>('c').insertMany(ids.map((_id, n) => ({ _id, odd: n % 2 === 1, text: 'é' })))
    const large = ['x', 'y'.repeat(4 * 1_048_576), 'z']
    await db.collection<{ _id: number }>('large').insertMany(large.map((text, _id) => ({ _id, text })))
    const query = `subscription { changes(db: "${at.db}" ${args} snapshot: FIRST) { ${SNAPSHOT_FIELDS} } }`
    // one after the other: all of it is one process
    const direct = await read(relays[0]?.graphqlUrl, query, count)
    const behind = await read(relays[1]?.graphqlUrl, query, count)
    expect(direct).toHaveLength(count)
    expect(direct.at(-1)).toContain('snapshotEnd')
    expect(behind.map(sameTime)).toEqual(direct.map(sameTime))
  })

  it.each(REFUSED)('fails in the same words: %s', { timeout: PATIENCE_MS }, async (_, args) => {
    const query = `subscription { changes(db: "${at.db}" ${args}) { ${FIELDS} } }`
    const [direct, behind] = await Promise.all(relays.map(({ graphqlUrl }) => read(graphqlUrl, query, 1)))
    expect(String(direct)).toContain('"errors"')
    expect(behind).toEqual(direct)
  })
})

/** A frame as it would be if both snapshots had begun at the same time, which is in their tokens. */
function sameTime(frame: string): string {
  return frame.replace(/82[0-9A-F]{16}(?=FF|2B)/g, '82')
}

/** Keys of all types that the driver can write. */
function idsOfDriver(): unknown[] {
  return [
    new MinKey(),
    NaN,
    -1.5,
    2,
    Long.fromString('9007199254740993'),
    Decimal128.fromString('3.50'),
    { b: 1, a: 'é' },
    new Binary(Buffer.from('x'), 128),
    new ObjectId('0123456789abcdef01234567'),
    false,
    true,
    new Date(-1),
    new Date(8.64e15),
    new Timestamp({ t: 1, i: 1 }),
    new Code('f()'),
    new BSONSymbol('s'),
    new MaxKey(),
  ]
}

/** The frames of an event stream, as they come, until there are so many results or it is over. */
async function read(graphqlUrl = '', query: string, count: number): Promise<string[]> {
  const stop = new AbortController()
  const response = await fetch(graphqlUrl, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal: stop.signal,
  })
  let text = ''
  // comments and positions come when they come
  const results = () => text.split('\n\n').filter((frame) => /^(?:id: .*\n)?event: (?:next|complete)/.test(frame))
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString()
    if (results().length >= count || text.includes('event: complete')) break
  }
  stop.abort()
  return results().slice(0, count)
}
