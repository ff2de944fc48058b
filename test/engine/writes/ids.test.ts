import { BSON, type Document } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useEngine } from '../../support/engine.ts'
import { WireClient, type RawReply } from '../../support/wire-client.ts'

const fixture = useEngine()
let wire: WireClient

beforeEach(async () => {
  wire = await WireClient.open(fixture.engine.host, fixture.engine.port)
})
afterEach(() => wire.close())

const send = (command: Record<string, unknown>): Promise<RawReply> => wire.command('shop', command)
const show = (value: unknown): string => BSON.EJSON.stringify(value, { relaxed: false })

interface CursorFields {
  readonly id: BSON.Long
  readonly firstBatch?: Document[]
  readonly nextBatch?: Document[]
}

async function openStream(): Promise<() => Promise<Document[]>> {
  const opened = await send({ aggregate: 'ids', pipeline: [{ $changeStream: {} }], cursor: {} })
  const { id } = opened['cursor'] as CursorFields
  return async () => ((await send({ getMore: id, collection: 'ids' }))['cursor'] as CursorFields).nextBatch ?? []
}

async function stored(filter: Document): Promise<string> {
  return show(((await send({ find: 'ids', filter }))['cursor'] as CursorFields).firstBatch)
}

/** Every way in which a document with this `_id` comes into being. */
const WAYS: readonly (readonly [string, (id: unknown) => Document])[] = [
  ['an insert', (_id) => ({ insert: 'ids', documents: [{ _id, x: 1 }] })],
  ['an insert whose _id is not first', (_id) => ({ insert: 'ids', documents: [{ x: 1, _id }] })],
  ['an upsert by its filter', (_id) => upsert({ _id }, { $set: { x: 1 } })],
  ['an upsert by an operator filter', (_id) => upsert({ _id: { $eq: _id } }, { $set: { x: 1 } })],
  ['an upsert by its update', (_id) => upsert({ y: 0 }, { $set: { _id, x: 1 }, $unset: { y: 1 } })],
  ['an upsert by $setOnInsert', (_id) => upsert({}, { $setOnInsert: { _id, x: 1 } })],
  ['an upsert by a replacement', (_id) => upsert({}, { _id, x: 1 })],
  ['an upsert by filter and replacement', (_id) => upsert({ _id }, { x: 1 })],
  ['an upsert by a pipeline', (_id) => upsert({}, [{ $replaceWith: { $literal: { _id, x: 1 } } }])],
  ['an upsert by filter and pipeline', (_id) => upsert({ _id }, [{ $replaceWith: { x: 1 } }])],
  ['findAndModify', (_id) => ({ findAndModify: 'ids', query: { _id }, update: { x: 1 }, upsert: true })],
  ['$merge', (_id) => output({ $merge: 'ids' }, _id)],
  ['$merge that replaces', (_id) => output({ $merge: { into: 'ids', whenMatched: 'replace' } }, _id)],
  ['$merge by a pipeline', (_id) => output({ $merge: { into: 'ids', whenMatched: [{ $set: { x: 2 } }] } }, _id)],
]

function upsert(q: Document, u: unknown): Document {
  return { update: 'ids', updates: [{ q, u, upsert: true }] }
}

function output(stage: Document, _id: unknown): Document {
  return { aggregate: 1, pipeline: [{ $documents: [{ $literal: { _id, x: 1 } }] }, stage], cursor: {} }
}

const IDS: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['false', false],
  ['zero', new BSON.Int32(0)],
  ['an empty string', ''],
  ['NaN', new BSON.Double(NaN)],
  ['a decimal', BSON.Decimal128.fromString('-0E-6176')],
  ['MinKey', new BSON.MinKey()],
  ['an empty document', {}],
  ['a document of null', { a: null }],
  ['a timestamp', BSON.Timestamp.fromBits(1, 1)],
  ['a reference', { $ref: 'other', $id: new BSON.Int32(1) }],
  ['a reference into another database', { $ref: 'other', $id: null, $db: 'far' }],
]

describe('an _id', () => {
  it.each(WAYS.flatMap(([way, command]) => IDS.map(([name, id]) => [name, way, command, id] as const)))(
    'of %s stays what it is through %s',
    async (name, way, command, id) => {
      // a filter that is a reference is a filter on its fields
      if (name.includes('reference') && way.includes('filter') && way !== 'an upsert by an operator filter') return
      const read = await openStream()
      expect(await send(command(id))).toMatchObject({ ok: new BSON.Double(1) })
      expect(await stored({ _id: { $eq: id } })).toBe(show([{ _id: id, x: new BSON.Int32(1) }]))
      expect(show((await read()).map(({ documentKey }) => documentKey as Document))).toBe(show([{ _id: id }]))
      const again = await send({ insert: 'ids', documents: [{ _id: id }] })
      expect(again).toMatchObject({ writeErrors: [{ code: new BSON.Int32(11000) }] })
      expect(await send({ delete: 'ids', deletes: [{ q: { _id: { $eq: id } }, limit: 1 }] })).toMatchObject({
        n: new BSON.Int32(1),
      })
    },
  )

  const refused: readonly (readonly [string, unknown, number])[] = [
    ['an array', [new BSON.Int32(1)], 53],
    ['a regular expression', new BSON.BSONRegExp('a'), 53],
    ['a document with an operator', { $bad: new BSON.Int32(1) }, 52],
    ['a reference without an id', { $ref: 'a' }, 52],
    ['a reference whose id comes first', { $id: new BSON.Int32(1), $ref: 'a' }, 52],
    ['a reference with an operator', { $ref: 'a', $id: new BSON.Int32(1), $set: new BSON.Int32(1) }, 52],
  ]
  it.each(refused)('is never %s', async (_, id, code) => {
    const inserted = await send({ insert: 'ids', documents: [{ _id: id }] })
    expect(inserted).toMatchObject({ writeErrors: [{ code: new BSON.Int32(code) }] })
    const replaced = await send(upsert({ x: new BSON.Int32(7) }, { _id: id }))
    expect(replaced).toMatchObject({ writeErrors: [{ code: new BSON.Int32(code) }] })
    expect(await stored({})).toBe('[]')
  })
})
