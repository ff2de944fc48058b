import { type Document, Long, ObjectId, Timestamp } from 'mongodb'
import { describe, expect, it, vi } from 'vitest'
import type { RelayError } from '../../../src/errors.ts'
import type { ChangesOptions } from '../../../src/relay/changes-options.ts'
import { createChanges } from '../../../src/relay/create-changes.ts'
import { useChanges } from './use-changes.ts'

const SECRET = 'a secret of thirty-two characters or more'

const { at, onEnd, collection, next } = useChanges()

describe('changes for a program', () => {
  const ada = { subject: 'ada' }
  const open = (options: Partial<ChangesOptions> = {}) => {
    const changes = createChanges({ client: at.client, ...options })
    onEnd(() => changes.stop())
    return changes
  }

  it('are what the driver gives, with their positions', async () => {
    const changes = open()
    const _id = new ObjectId()
    const startAtOperationTime = new Timestamp(await next())
    const own = collection().watch([], { startAtOperationTime })
    onEnd(() => own.close())
    const bytes = Buffer.of(1)
    await collection().insertOne({ _id, long: Long.fromString('1152921504606846976'), at: new Date(0), bytes })
    await collection().updateOne({ _id }, { $set: { list: [1.5, null] } })
    await collection().deleteOne({ _id })
    const where = { 'documentKey._id': _id }
    const seen = changes.subscribe({ db: at.db, coll: 'c', where, startAtOperationTime }, ada)
    const tokens: unknown[] = []
    for (let count = 0; count < 3; count++) {
      const event: Document = await own.next()
      const { value } = await seen.next()
      tokens.push(value?.resumeToken)
      expect(value).toEqual({ ...event, resumeToken: tokens[count] })
    }
    await seen.return?.()
    const again = changes.subscribe({ db: at.db, coll: 'c', startAfter: String(tokens[1]) }, ada)
    expect((await again.next()).value).toMatchObject({ operationType: 'delete', resumeToken: tokens[2] })
    await again.return?.()
  })

  it('are preceded by the documents that there are, where a snapshot is asked for', async () => {
    const changes = open()
    const _id = new ObjectId()
    await collection().insertOne({ _id, n: Long.fromNumber(1) })
    const seen = changes.subscribe({ db: at.db, coll: 'c', snapshot: 'FIRST', where: { 'documentKey._id': _id } }, ada)
    const types = []
    const { value } = await seen.next()
    expect(value).toMatchObject({ operationType: 'snapshot', documentKey: { _id }, fullDocument: { _id } })
    types.push((await seen.next()).value?.operationType)
    await collection().deleteOne({ _id })
    types.push((await seen.next()).value?.operationType)
    expect(types).toEqual(['snapshotEnd', 'delete'])
    await seen.return?.()
    const wrong = changes.subscribe({ db: at.db, coll: 'c', snapshot: 'LAST' as 'FIRST' }, ada)
    await expect(wrong.next()).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
  })

  it('begin with the first next, and end with return, also while one waits', async () => {
    const changes = open({ lingerMs: 0 })
    const seen = changes.subscribe({ db: at.db, coll: 'c', announceStart: true }, ada)
    expect(changes.stats()).toBeUndefined()
    expect((await seen.next()).value).toMatchObject({ operationType: 'started' })
    const waiting = seen.next()
    expect(await seen.return?.()).toEqual({ done: true, value: undefined })
    expect(await waiting).toEqual({ done: true, value: undefined })
    await vi.waitFor(async () => expect(await at.openCursors()).toBe(0))
    // one that is left before it has begun
    const left = changes.subscribe({ db: at.db, coll: 'c' }, ada)
    const beginning = left.next()
    await left.return?.()
    expect(await beginning).toEqual({ done: true, value: undefined })
    await vi.waitFor(() => expect(changes.stats()?.subscribers).toBe(0))
  })

  it('end with the reason of the signal', async () => {
    const changes = open({ lingerMs: 0 })
    const leaving = new AbortController()
    const seen = changes.subscribe({ db: at.db, coll: 'c', announceStart: true }, ada, leaving.signal)
    await seen.next()
    const waiting = seen.next()
    leaving.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    expect(await seen.next()).toEqual({ done: true, value: undefined })
    expect(changes.stats()?.subscribers).toBe(0)
    await expect(changes.subscribe({ db: at.db }, ada, leaving.signal).next()).rejects.toThrow('enough')
  })

  it.each([
    [{ collection: 'c' }, 'Unknown option "collection" of subscribe'],
    [{ db: 7 }, '`db` is a string; got number'],
    [{ db: null }, '`db` is a string; got null'],
    [{ fullDocument: 'updateLookup' }, '`fullDocument` is one of DEFAULT, UPDATE_LOOKUP'],
    [{ fullDocument: 'constructor' }, '`fullDocument` is one of DEFAULT, UPDATE_LOOKUP'],
    [{ operationTypes: 'insert' }, '`operationTypes` is a list of strings'],
    [{ last: 1.5 }, '`last` is an integer'],
    [{ last: 101 }, '`last` must be from 0 to 100'],
    [{ announceStart: 'yes' }, '`announceStart` is true or false'],
    [{ where: null }, '`where` is a value; got null'],
    [{ where: { 'fullDocument.owner': undefined } }, '`where.fullDocument.owner`: expected a value that MongoDB has'],
    [{ where: [] }, '`where` must be a document'],
    [{ where: { a: /x/ } }, '`where.a`: expected a value that MongoDB has'],
  ])('are refused for %j', async (args: object, message) => {
    const failure = open().subscribe(args, ada).next()
    await expect(failure).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining(message) as unknown,
    })
  })

  it('are refused to a caller who is not known, and to those who may not see them', async () => {
    const changes = open({ rules: [{ namespaces: ['shop.*'] }], tokenSecret: SECRET })
    for (const caller of [null, undefined]) {
      await expect(changes.subscribe({ db: at.db }, caller).next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    }
    await expect(changes.subscribe({ db: at.db }, ada).next()).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(changes.subscribe({}, {} as never).next()).rejects.toThrow('without a `subject`')
  })

  it('tell a program what is wrong with the options', async () => {
    const changes = open({ rules: [{}] as never })
    await expect(changes.subscribe({ db: at.db }, ada).next()).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
  })

  it('wait for a reader in bounded memory, and end with SLOW_CONSUMER for one who does not read, after what waits', async () => {
    const changes = open({ maxBufferedBytes: 100_000, slowConsumerMs: 300 })
    const args = { db: at.db, coll: 'c', startAtOperationTime: new Timestamp(await next()) }
    const seen = changes.subscribe(args, ada)
    const ids = Array.from({ length: 200 }, (_, _id) => _id)
    await collection().insertMany(ids.map((_id) => ({ _id, text: 'x'.repeat(10_000) })))
    const read: unknown[] = [(await seen.next()).value?.documentKey?.['_id']]
    await vi.waitFor(() => expect(changes.stats()).toMatchObject({ slowConsumers: 1, subscribers: 0 }))
    let failure: unknown
    for (;;) {
      const result = await seen.next().catch((error: unknown) => void (failure = error))
      if (!result?.value) break
      read.push(result.value.documentKey?.['_id'])
    }
    expect(failure).toMatchObject({ code: 'SLOW_CONSUMER', resumeToken: expect.any(String) as unknown })
    // one batch at the most is over the bound
    expect(read.length * 10_000).toBeLessThan(100_000 + 2 * 262_144 + 10_000)
    const { resumeToken: startAfter } = failure as RelayError
    for await (const { documentKey } of changes.subscribe(
      { ...args, startAtOperationTime: undefined, startAfter },
      ada,
    )) {
      if (read.push(documentKey?.['_id']) === ids.length) break
    }
    expect(read).toEqual(ids)
  })

  it('end with SHUTTING_DOWN, after what has arrived', async () => {
    const changes = open()
    const args = { db: at.db, coll: 'c', startAtOperationTime: new Timestamp(await next()) }
    const seen = changes.subscribe(args, ada)
    await collection().insertMany([{ _id: 1 }, { _id: 2 }])
    expect((await seen.next()).value).toMatchObject({ documentKey: { _id: 1 } })
    await vi.waitFor(() => expect(changes.stats()?.deliveries).toBe(2))
    await changes.stop()
    expect((await seen.next()).value).toMatchObject({ documentKey: { _id: 2 } })
    await expect(seen.next()).rejects.toMatchObject({
      code: 'SHUTTING_DOWN',
      resumeToken: expect.any(String) as unknown,
    })
    expect(await seen.next()).toEqual({ done: true, value: undefined })
    await expect(changes.subscribe({ db: at.db }, ada).next()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
  })

  it('that are too large end with EVENT_TOO_LARGE and the position after them', async () => {
    const changes = open({ maxResultBytes: 5_000 })
    const args = { db: at.db, coll: 'c' }
    const seen = changes.subscribe({ ...args, startAtOperationTime: new Timestamp(await next()) }, ada)
    await collection().insertMany([{ _id: 1, text: 'x'.repeat(6_000) }, { _id: 2 }])
    const failure = await seen.next().catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'EVENT_TOO_LARGE' })
    const again = changes.subscribe({ ...args, startAfter: (failure as RelayError).resumeToken }, ada)
    expect((await again.next()).value).toMatchObject({ documentKey: { _id: 2 } })
    await again.return?.()
  })

  it('end with UPSTREAM_FAILED where MongoDB cannot be reached', async () => {
    const changes = open({ client: undefined, mongoUri: 'mongodb://127.0.0.1:1', startTimeoutMs: 200 })
    await expect(changes.subscribe({ db: 'a' }, ada).next()).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
  })
})
