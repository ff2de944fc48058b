import type { Document } from 'mongodb'
import { expect, it } from 'vitest'
import { useEngine } from '../../support/engine.ts'

let nowMs = Date.UTC(2030, 0, 1)
const fixture = useEngine({ now: () => nowMs, ttlIntervalMs: 5 })
const db = () => fixture.client.db('shop')
const things = () => db().collection<Document>('things')
const ago = (seconds: number) => new Date(nowMs - seconds * 1000)

async function ids(): Promise<unknown[]> {
  return (await things().find().toArray()).map((each) => each._id)
}

async function insert(...documents: Document[]): Promise<void> {
  await things().insertMany(documents)
}

it('deletes documents whose time is over, with an event each', async () => {
  await db().createCollection('things')
  const stream = things().watch()
  // which opens it
  await stream.tryNext()
  await insert({ _id: 1, at: ago(0) }, { _id: 2, at: ago(-100) })
  await things().createIndex({ at: 1 }, { expireAfterSeconds: 60 })
  nowMs += 60_000
  await expect.poll(ids).toEqual([2])
  const events = [await stream.next(), await stream.next(), await stream.next()]
  expect(events).toMatchObject([
    { operationType: 'insert' },
    { operationType: 'insert' },
    { operationType: 'delete', documentKey: { _id: 1 } },
  ])
  await stream.close()
})

it('goes by the earliest date of an array, and leaves what holds no date', async () => {
  await insert(
    { _id: 1, at: [ago(-1000), ago(61), 'x'] },
    { _id: 2, at: ago(61).toISOString() },
    { _id: 3 },
    { _id: 4, at: 5 },
    { _id: 5, at: [] },
    { _id: 6, at: null },
    { _id: 7, at: { in: ago(61) } },
  )
  await things().createIndex({ at: 1 }, { expireAfterSeconds: 60 })
  await expect.poll(ids).toEqual([2, 3, 4, 5, 6, 7])
})

it('finds dates below a path, through arrays', async () => {
  await insert({ _id: 1, l: [{ at: ago(-1000) }, { at: ago(1) }] }, { _id: 2, l: [{ at: ago(-1000) }] })
  await things().createIndex({ 'l.at': 1 }, { expireAfterSeconds: 0 })
  await expect.poll(ids).toEqual([2])
})

it('leaves what a partial index leaves out', async () => {
  await insert({ _id: 1, at: ago(61), done: false }, { _id: 2, at: ago(61), done: true })
  await things().createIndex({ at: 1 }, { expireAfterSeconds: 60, partialFilterExpression: { done: true } })
  await expect.poll(ids).toEqual([1])
})

it('follows collMod, which answers what was and what is', async () => {
  await insert({ _id: 1, at: ago(61) })
  await things().createIndex({ at: 1 }, { expireAfterSeconds: 3600 })
  const index = { keyPattern: { at: 1 }, expireAfterSeconds: 60 }
  expect(await db().command({ collMod: 'things', index })).toMatchObject({
    expireAfterSeconds_old: 3600,
    expireAfterSeconds_new: 60,
  })
  await expect.poll(ids).toEqual([])
  expect(await things().indexes()).toMatchObject([{}, { expireAfterSeconds: 60 }])
})

it('makes an index that was none expire by collMod', async () => {
  await insert({ _id: 1, at: ago(61) })
  await things().createIndex({ at: 1 })
  const index = { name: 'at_1', expireAfterSeconds: 60 }
  expect(await db().command({ collMod: 'things', index })).toMatchObject({ ok: 1, expireAfterSeconds_new: 60 })
  await expect.poll(ids).toEqual([])
})

it.each([[-1], ['x'], [2 ** 31]])('refuses collMod to %s', async (expireAfterSeconds) => {
  await things().createIndex({ at: 1 })
  const index = { name: 'at_1', expireAfterSeconds }
  await expect(db().command({ collMod: 'things', index })).rejects.toMatchObject({ code: 72 })
})

it('leaves what a transaction has changed until that has ended', async () => {
  await things().createIndex({ at: 1 }, { expireAfterSeconds: 60 })
  await insert({ _id: 1, at: ago(0) }, { _id: 2, at: ago(0) })
  const session = fixture.client.startSession()
  session.startTransaction()
  await things().updateOne({ _id: 1 } as Document, { $set: { at: ago(-1000) } }, { session })
  nowMs += 61_000
  await expect.poll(ids).toEqual([1])
  await session.commitTransaction()
  await session.endSession()
  expect(await ids()).toEqual([1])
})
