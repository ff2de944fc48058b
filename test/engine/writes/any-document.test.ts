import * as fc from 'fast-check'
import { BSON, type Document } from 'mongodb'
import { expect, it } from 'vitest'
import { useEngine } from '../../support/engine.ts'
import { WireClient, type RawReply } from '../../support/wire-client.ts'

const fixture = useEngine()

interface CursorFields {
  readonly id: BSON.Long
  readonly firstBatch: Document[]
  readonly nextBatch: Document[]
}

const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }), fc.integer({ min: -6176, max: 6111 }))
  .map(([digits, exponent]) => BSON.Decimal128.fromString(`${digits}E${exponent}`))
const scalars = fc.oneof(
  fc.constantFrom(null, true, false, '', new BSON.MinKey(), new BSON.MaxKey()),
  fc.string({ maxLength: 5 }),
  fc.integer().map((value) => new BSON.Int32(value)),
  fc.double().map((value) => new BSON.Double(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => BSON.Long.fromBigInt(value)),
  decimals,
  fc.date({ noInvalidDate: true }),
)
const names = fc.oneof(fc.constantFrom('$a', '$set', '$', '$ref', 'a.b', ' ', '$$'), fc.string({ maxLength: 4 }))
const nameable = names.filter((name) => !name.includes('\0') && name !== '__proto__' && !/^\d+$/.test(name))
const bodies = fc.dictionary(
  nameable.filter((name) => name !== '_id'),
  fc.oneof(scalars, fc.dictionary(nameable, scalars)),
)
const ids = fc.oneof(
  scalars,
  fc.dictionary(
    nameable.filter((name) => !name.startsWith('$')),
    scalars,
  ),
)

const show = (value: unknown): string => BSON.EJSON.stringify(value, { relaxed: false })

it('keeps any document by any _id just as it came, in the collection and in its events, and writes it once', async () => {
  const wire = await WireClient.open(fixture.engine.host, fixture.engine.port)
  const send = (command: Document): Promise<RawReply> => wire.command('shop', command)
  const cursor = async (command: Document) => (await send(command))['cursor'] as CursorFields
  await fc.assert(
    fc.asyncProperty(ids, bodies, fc.boolean(), async (_id, body, upserts) => {
      const { id } = await cursor({ aggregate: 'any', pipeline: [{ $changeStream: {} }], cursor: {} })
      const document = { _id, ...body }
      const find = { find: 'any', filter: { _id: { $eq: _id } } }
      // `_id` comes first, so that no name makes operators of it
      const written = upserts
        ? await send({ update: 'any', updates: [{ q: { _id: { $eq: _id } }, u: document, upsert: true }] })
        : await send({ insert: 'any', documents: [document] })
      expect(written).toMatchObject({ n: new BSON.Int32(1) })
      expect(show((await cursor(find)).firstBatch)).toBe(show([document]))
      const events = (await cursor({ getMore: id, collection: 'any' })).nextBatch
      expect(
        show(
          events.map(({ operationType, documentKey, fullDocument }) => ({ operationType, documentKey, fullDocument })),
        ),
      ).toBe(show([{ operationType: 'insert', documentKey: { _id }, fullDocument: document }]))
      const again = await send({ insert: 'any', documents: [{ _id }] })
      expect(again).toMatchObject({ writeErrors: [{ code: new BSON.Int32(11000) }] })
      if (!Object.keys(body).some((name) => name.startsWith('$'))) {
        const same = await send({ update: 'any', updates: [{ q: { _id: { $eq: _id } }, u: document }] })
        expect(same).toMatchObject({ n: new BSON.Int32(1), nModified: new BSON.Int32(0) })
      }
      expect(await send({ delete: 'any', deletes: [{ q: { _id: { $eq: _id } }, limit: 1 }] })).toMatchObject({
        n: new BSON.Int32(1),
      })
      await send({ killCursors: 'any', cursors: [id] })
    }),
    { numRuns: 150 },
  )
  wire.close()
})
