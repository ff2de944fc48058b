import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { useRelay } from '../../../support/relay.ts'
import type { TestSubscription } from '../../../support/subscription.ts'
import { eventStream, webSocket } from '../../../support/transports.ts'
import { stateIn, stateOf, typesOf } from './collection-state.ts'

interface Order {
  readonly _id: number
  readonly status: string
}

describe.each([webSocket, eventStream])('a snapshot over $name', (transport) => {
  const at = useRelay()
  const coll = () => at.deployment.client.db(at.db).collection<Order>('c')
  const subscribe = (variables = {}) => {
    const given = { db: at.db, coll: 'c', snapshot: 'FIRST', ...variables } as const
    const subscription = transport.subscribe(at.relay.graphqlUrl, given)
    at.onEnd(() => subscription.stop())
    return subscription
  }
  const keysOf = ({ changes }: TestSubscription) => changes.map(({ documentKey }) => documentKey)

  it('delivers the documents in the order of their keys, then its end, then changes', async () => {
    await coll().insertMany([3, 1, 2].map((_id) => ({ _id, status: 'new' })))
    const subscription = subscribe()
    await subscription.take(4)
    await coll().updateOne({ _id: 2 }, { $set: { status: 'paid' } })
    const changes = await subscription.take(5)
    expect(typesOf(changes)).toEqual(['snapshot', 'snapshot', 'snapshot', 'snapshotEnd', 'update'])
    expect(keysOf(subscription)).toEqual([{ _id: 1 }, { _id: 2 }, { _id: 3 }, null, { _id: 2 }])
    expect(changes[0]).toMatchObject({ ns: { db: at.db, coll: 'c' }, fullDocument: { _id: 1, status: 'new' } })
    expect(changes[4]?.fullDocument).toEqual({ _id: 2, status: 'paid' })
    expect(at.relay.stats().snapshotDocuments).toBe(3)
  })

  it('of nothing is its end', async () => {
    const subscription = subscribe()
    await subscription.take(1)
    await coll().insertOne({ _id: 1, status: 'new' })
    expect(typesOf(await subscription.take(2))).toEqual(['snapshotEnd', 'insert'])
  })

  it('goes on after the token of any of its events', async () => {
    await coll().insertMany([1, 2, 3, 4].map((_id) => ({ _id, status: 'new' })))
    const whole = [...(await subscribe().take(5))]
    await coll().deleteOne({ _id: 3 })
    for (const [index, { resumeToken }] of whole.entries()) {
      const rest = subscribe({ startAfter: resumeToken })
      const expected = whole.slice(index + 1).filter(({ documentKey }) => !isDeepStrictEqual(documentKey, { _id: 3 }))
      const changes = await rest.take(expected.length + 1)
      expect(typesOf(changes)).toEqual([...typesOf(expected), 'delete'])
      expect(keysOf(rest)).toEqual([...expected.map(({ documentKey }) => documentKey), { _id: 3 }])
      rest.stop()
    }
  })

  it('delivers a change since its beginning that a reader who continues amidst it has not had', async () => {
    await coll().insertMany([1, 2].map((_id) => ({ _id, status: 'new' })))
    const [first] = await subscribe().take(3)
    await coll().deleteOne({ _id: 1 })
    await coll().insertOne({ _id: 0, status: 'new' })
    const rest = subscribe({ startAfter: first?.resumeToken })
    expect(typesOf(await rest.take(4))).toEqual(['snapshot', 'snapshotEnd', 'delete', 'insert'])
    expect(stateOf([...(first ? [first] : []), ...rest.changes])).toEqual(stateIn(await coll().find().toArray()))
  })

  it('has documents with keys of all types, in the order that MongoDB has them in', async () => {
    const { ObjectId, Binary, Timestamp, MinKey, MaxKey, Decimal128 } = await import('mongodb')
    const ids = [
      new MinKey(),
      null,
      NaN,
      -1.5,
      2,
      Decimal128.fromString('3.5'),
      'a',
      'b',
      { a: 1 },
      { b: 1, a: 2 },
      new Binary(Buffer.from('x')),
      new ObjectId('0123456789abcdef01234567'),
      false,
      true,
      new Date(0),
      new Timestamp({ t: 1, i: 1 }),
      new MaxKey(),
    ]
    const anything = at.deployment.client.db(at.db).collection<{ _id: unknown }>('c')
    await anything.insertMany(ids.toReversed().map((_id) => ({ _id })))
    const whole = await subscribe({ format: 'CANONICAL' }).take(ids.length + 1)
    expect(typesOf(whole)).toEqual([...ids.map(() => 'snapshot'), 'snapshotEnd'])
    for (const [index, { resumeToken, documentKey }] of whole.slice(0, -1).entries()) {
      const rest = await subscribe({ format: 'CANONICAL', startAfter: resumeToken }).take(ids.length - index)
      const after = `after ${JSON.stringify(documentKey)}`
      expect([after, rest.slice(0, ids.length - index).map((one) => one.documentKey)]).toEqual([
        after,
        whole.slice(index + 1).map((one) => one.documentKey),
      ])
    }
  })

  it('begins again where it is continued after a document whose key is too long for a token', async () => {
    const ids = ['a', 'b'.repeat(3_000), 'c'] as const
    await at.deployment.client
      .db(at.db)
      .collection<{ _id: string }>('c')
      .insertMany(ids.map((_id) => ({ _id })))
    const whole = [...(await subscribe().take(4))]
    for (const { resumeToken } of whole) expect(resumeToken.length).toBeLessThanOrEqual(2_048)
    const rest = subscribe({ startAfter: whole[1]?.resumeToken })
    expect((await rest.take(4)).map(({ documentKey }) => (documentKey as { _id: string } | null)?._id)).toEqual([
      ...ids,
      undefined,
    ])
  })

  it('has no more than the filter and the operation types let through', async () => {
    await coll().insertMany([1, 2, 3].map((_id) => ({ _id, status: _id === 2 ? 'new' : 'paid' })))
    const variables = { where: '{"fullDocument.status": "paid"}', operationTypes: ['update', 'delete', 'insert'] }
    const subscription = subscribe(variables)
    expect(keysOf(subscription).length).toBe(0)
    await subscription.take(3)
    expect(keysOf(subscription)).toEqual([{ _id: 1 }, { _id: 3 }, null])
  })

  it.each([
    ['another collection', { coll: 'd' }],
    ['a subscription without a snapshot', { snapshot: null }],
  ])('gives tokens that are refused by %s', async (_, variables) => {
    await coll().insertOne({ _id: 1, status: 'new' })
    const [first] = await subscribe().take(2)
    const failure = await subscribe({ startAfter: first?.resumeToken, ...variables }).failure()
    expect(failure.extensions?.['code']).toBe('RESUME_TOKEN_INVALID')
  })

  it.each([
    ['of a time that has not been', (token: string) => `82FFFFFFFF${token.slice(10)}`],
    ['cut short', (token: string) => token.slice(0, -4)],
    ['of no collection', (token: string) => `${token.slice(0, 32)}0500000000`],
  ])('refuses a token %s', async (_, mistake) => {
    await coll().insertOne({ _id: 1, status: 'new' })
    const [first] = await subscribe().take(2)
    const failure = await subscribe({ startAfter: mistake(first?.resumeToken ?? '') }).failure()
    expect(failure.extensions?.['code']).toBe('RESUME_TOKEN_INVALID')
  })

  it.each([
    ['a database', { coll: null }, /needs `db` and `coll`/],
    ['the last changes', { last: 3 }, /leave out `last`/],
    ['a time', { startAtOperationTime: { t: 1, i: 1 } }, /leave out `startAtOperationTime`/],
    ['a filter on what happens', { where: '{"operationType": "insert"}' }, /got "operationType"/],
    ['one in a branch', { where: '{"$or": [{"ns.db": "a"}, {"$and": [{"clusterTime": 1}]}]}' }, /"clusterTime"/],
    [
      'a filter that an update may tell nothing of',
      { where: '{"fullDocument.a": 1}', fullDocument: 'WHEN_AVAILABLE' },
      /post-image/,
    ],
  ])('is refused with %s', async (_, variables, message) => {
    const failure = await subscribe(variables).failure()
    expect(failure).toMatchObject({ message: expect.stringMatching(message), extensions: { code: 'BAD_USER_INPUT' } })
  })
})
