import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { idsOfAllTypes } from '../../../support/ids.ts'
import { Int32 } from '../../../../src/bson/values.ts'
import { RelayError } from '../../../../src/errors.ts'
import { PATIENCE_MS } from '../../../support/patience.ts'
import { bytesOf, idOf, OF_C, Rig } from './rig.ts'

const MIB = 1_048_576
const range = (count: number) => Array.from({ length: count }, (_, n) => new Int32(n))

describe('documents that come through ingesters', () => {
  let rig: Rig
  beforeEach(() => {
    rig = new Rig()
  })
  afterEach(() => rig.stop())

  it('are what they are, with their keys, whatever the type of the `_id` that one answer ends with', async () => {
    // one document is an answer
    rig.broker.maxPayload = 16_384 + 200
    await rig.ingest()
    rig.collection.put(idsOfAllTypes(), 'x'.repeat(150))
    const { documents, asked } = rig.collection
    expect(bytesOf(await rig.readAll())).toEqual(bytesOf(documents))
    expect(asked).toHaveLength(documents.length)
    for (const { asOf } of asked) expect(asOf).toEqual(OF_C.asOf)
  })

  it('begin after a given `_id`', async () => {
    await rig.ingest()
    rig.collection.put(range(5))
    expect((await rig.readAll({ after: new Int32(2) })).map(idOf)).toEqual([new Int32(3), new Int32(4)])
    expect(await rig.readAll({ after: new Int32(4) })).toEqual([])
  })

  it('are asked for once where one answer has them all', async () => {
    await rig.ingest()
    rig.collection.put(range(5))
    expect(await rig.readAll()).toHaveLength(5)
    expect(rig.collection.asked).toHaveLength(1)
  })

  it('are no more than asked for', async () => {
    await rig.ingest()
    rig.collection.put(range(500))
    expect(await rig.readAll({ limit: 130 })).toHaveLength(130)
  })

  it('are asked for as many at a time as a message has room for', { timeout: PATIENCE_MS }, async () => {
    await rig.ingest()
    const sizes: number[] = []
    rig.broker.loses = (_, { data }) => (sizes.push(data.length), false)
    rig.collection.put(range(5_000), 'x'.repeat(1_000))
    expect(await rig.readAll()).toHaveLength(5_000)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(262_144)
    // some 240 of them fill one
    expect(rig.collection.asked.length).toBeLessThan(5_000 / 200)
    for (const { limit } of rig.collection.asked) expect(limit).toBeLessThan(300)
    rig.collection.put(range(5_000))
    rig.collection.asked.length = 0
    expect(await rig.readAll()).toHaveLength(5_000)
    for (const { limit } of rig.collection.asked) expect(limit).toBeLessThanOrEqual(1_000)
  })

  it('come one by one where they are as large as can be, in parts', { timeout: PATIENCE_MS }, async () => {
    await rig.ingest()
    const sizes: number[] = []
    rig.broker.loses = (_, { data }) => (sizes.push(data.length), false)
    rig.collection.put(range(3), 'x'.repeat(16 * MIB - 100))
    const lengths: number[] = []
    for await (const documents of rig.read()) lengths.push(documents.length)
    expect(lengths).toEqual([1, 1, 1])
    expect(Math.max(...sizes)).toBeLessThanOrEqual(262_144)
    // nothing was known of the first one
    expect(rig.collection.asked.map(({ limit }) => limit)).toEqual([100, 1, 1, 1])
    expect(bytesOf(await rig.readAll())).toEqual(bytesOf(rig.collection.documents))
  })

  it.each(['FORBIDDEN', 'BAD_USER_INPUT', 'UPSTREAM_FAILED'] as const)(
    'fail as at the ingester, at once: %s',
    async (code) => {
      await rig.ingest()
      rig.collection.before = () => Promise.reject(new RelayError(code, 'As MongoDB has it'))
      await expect(rig.readAll()).rejects.toThrow(expect.objectContaining({ code, message: 'As MongoDB has it' }))
      expect(rig.collection.asked).toHaveLength(1)
    },
  )

  it.each([
    ['system.users', 'FORBIDDEN'],
    ['', 'BAD_USER_INPUT'],
  ])('are none of a collection that is not to be seen: %s', async (coll, code) => {
    await rig.ingest()
    await expect(rig.readAll({ coll })).rejects.toThrow(expect.objectContaining({ code }))
    expect(rig.collection.asked).toEqual([])
  })

  it('are refused where the `_id` to go on after has no room in a message', async () => {
    await rig.ingest()
    const after = 'x'.repeat(MIB)
    await expect(rig.readAll({ after })).rejects.toThrow(/raise the `max_payload`/)
  })

  it('are refused, with the reason, where ingesters are of an older version', async () => {
    const { connection } = await rig.broker.client().get()
    const error = { code: 'BAD_USER_INPUT', message: 'Ingesters do not know the question' }
    connection.subscribe('tailrace.b.ask', {
      callback: (_, message) => void message.respond(JSON.stringify({ error, isPassing: false })),
    })
    await expect(rig.readAll()).rejects.toThrow(/^The ingesters of the event backbone are older than this relay/)
  })
})
