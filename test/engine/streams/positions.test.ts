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
const insert = (coll: string, ...ids: number[]) => send({ insert: coll, documents: ids.map((_id) => ({ _id })) })

interface Opened {
  readonly id: BSON.Long
  readonly nextBatch?: readonly { readonly _id: { readonly _data: string } }[]
}

/** The resume tokens of the events of the inserts of these documents. */
async function tokensOf(coll: string, ...ids: number[]): Promise<string[]> {
  const opened = await send({ aggregate: coll, pipeline: [{ $changeStream: {} }], cursor: {} })
  await insert(coll, ...ids)
  const read = await send({ getMore: (opened['cursor'] as Opened).id, collection: coll })
  return (read['cursor'] as Opened).nextBatch?.map((event) => event._id._data) ?? []
}

/** Opens with a position, then reads once: the codes of both, 0 for success. */
async function codes(coll: string, options: Document, ...stages: Document[]): Promise<[number, number?]> {
  const opened = await send({ aggregate: coll, pipeline: [{ $changeStream: options }, ...stages], cursor: {} })
  if (Number(opened['ok']) !== 1) return [Number(opened['code'])]
  const read = await send({ getMore: (opened['cursor'] as Opened).id, collection: coll, maxTimeMS: 10 })
  return [0, Number(read['code'] ?? 0)]
}

describe('positions that a client brings', () => {
  it.each(['resumeAfter', 'startAfter'])(
    'of another collection open with %s, and fail at the first getMore that meets an event',
    async (option) => {
      const [token] = await tokensOf('one', 1, 2)
      await insert('two', 1)
      expect(await codes('two', { [option]: { _data: token } })).toEqual([0, 280])
      expect(await codes('three', { [option]: { _data: token } })).toEqual([0, 0])
    },
  )

  it('of an event that the stages now leave out fail at the first getMore', async () => {
    const [token] = await tokensOf('one', 1, 2)
    expect(await codes('one', { resumeAfter: { _data: token } }, { $match: { 'documentKey._id': 2 } })).toEqual([
      0, 280,
    ])
    expect(await codes('one', { resumeAfter: { _data: token } }, { $match: { operationType: 'insert' } })).toEqual([
      0, 0,
    ])
  })

  it('of the future wait', async () => {
    const [token] = await tokensOf('one', 1)
    const future = `82FF000000${(token ?? '').slice(10)}`
    expect(await codes('one', { resumeAfter: { _data: future } })).toEqual([0, 0])
    await insert('one', 2)
    expect(await codes('one', { resumeAfter: { _data: future } })).toEqual([0, 0])
  })

  it('that no event ever had fail at the first getMore that meets a later one', async () => {
    const [token] = await tokensOf('one', 1, 2)
    const forged = (token ?? '').replace(/.{8}$/, '2B640004')
    expect(forged).not.toBe(token)
    expect(await codes('one', { resumeAfter: { _data: forged } })).toEqual([0, 280])
  })

  it('that are no tokens are refused when the stream is opened', async () => {
    const [token = ''] = await tokensOf('one', 1)
    const bad: [Document, number][] = [
      [{}, 40647],
      [{ _data: 5 }, 40647],
      [{ _data: 'zz' }, 9],
      [{ _data: '' }, 40649],
      [{ _data: '82' }, 15],
      [{ _data: token.slice(0, 12) }, 15],
      [{ _data: `3C${token.slice(2)}` }, 50811],
    ]
    for (const [resumeAfter, code] of bad) expect(await codes('one', { resumeAfter })).toEqual([code])
  })

  it('may be given one at a time only, and only of the right type', async () => {
    const [token] = await tokensOf('one', 1)
    const document = { _data: token }
    const startAtOperationTime = new BSON.Timestamp({ t: 1, i: 1 })
    expect(await codes('one', { resumeAfter: document, startAfter: document })).toEqual([50865])
    expect(await codes('one', { resumeAfter: document, startAtOperationTime })).toEqual([40674])
    expect(await codes('one', { resumeAfter: 'text' })).toEqual([14])
    expect(await codes('one', { startAtOperationTime: new Date() })).toEqual([14])
  })
})
