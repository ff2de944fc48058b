import { describe, expect, it } from 'vitest'
import { openRawSubscriber, type RawSubscriber } from '../../../support/raw-subscriber.ts'
import { useRelay } from '../../../support/relay.ts'

const QUERY = `subscription ($db: String, $where: EJSON) {
  changes(db: $db, coll: "c", where: $where, announceStart: true) { operationType }
}`

const anyOf = (count: number, from: number) => ({
  $or: Array.from({ length: count }, (_, i) => ({ 'fullDocument.list': from + i })),
})
const codesOf = ({ errors }: RawSubscriber) =>
  [...errors.values()].map((list) => (list as [[{ extensions: { code: string }; message: string }]])[0][0])

describe('filters that take more work than a caller has', () => {
  const at = useRelay(() => ({ maxFilterStepsPerSecond: 50_000, trustedProxies: ['127.0.0.1'] }))

  it.each<[title: string, terms: number]>([
    ['by one event', 400],
    ['by all of its events together', 40],
  ])('end its subscriptions, and nobody else’s: %s', async (_title, terms) => {
    const greedy = await openRawSubscriber(at.relay.graphqlUrl, { 'X-Forwarded-For': '203.0.113.1' })
    const honest = await openRawSubscriber(at.relay.graphqlUrl, { 'X-Forwarded-For': '203.0.113.2' })
    at.onEnd(() => greedy.close())
    at.onEnd(() => honest.close())
    for (let n = 0; n < 4; n++) greedy.subscribe(`${n}`, QUERY, { db: at.db, where: anyOf(terms, 10_000 * n) })
    honest.subscribe('mine', QUERY, { db: at.db, where: { 'fullDocument.last': true } })
    await expect.poll(() => [greedy.received.size, honest.received.size]).toEqual([4, 1])

    const coll = at.deployment.client.db(at.db).collection('c')
    const list = Array.from({ length: 1_000 }, (_, i) => -i - 1)
    for (let n = 0; n < 10; n++) await coll.insertOne({ list })
    await coll.insertOne({ last: true })
    await expect.poll(() => honest.received.get('mine')?.length).toBe(2)
    await expect.poll(() => greedy.errors.size).toBe(4)
    for (const { message, extensions } of codesOf(greedy)) {
      expect(extensions.code).toBe('LIMIT_EXCEEDED')
      expect(message).toContain('maxFilterStepsPerSecond')
    }
    expect(honest.errors.size).toBe(0)
  })
})

describe('filters that take more memory than a caller has', () => {
  const at = useRelay(() => ({ maxFilterBytesPerPrincipal: 10_000, trustedProxies: ['127.0.0.1'] }))

  it('are refused with the name of the limit, until others of its have ended', async () => {
    const greedy = await openRawSubscriber(at.relay.graphqlUrl, { 'X-Forwarded-For': '203.0.113.1' })
    const honest = await openRawSubscriber(at.relay.graphqlUrl, { 'X-Forwarded-For': '203.0.113.2' })
    at.onEnd(() => greedy.close())
    at.onEnd(() => honest.close())
    greedy.subscribe('1', QUERY, { db: at.db, where: anyOf(4, 1) })
    await expect.poll(() => greedy.received.size).toBe(1)
    greedy.subscribe('2', QUERY, { db: at.db, where: anyOf(4, 2) })
    await expect
      .poll(() => codesOf(greedy))
      .toMatchObject([
        { extensions: { code: 'LIMIT_EXCEEDED' }, message: expect.stringContaining('maxFilterBytesPerPrincipal') },
      ])
    honest.subscribe('3', QUERY, { db: at.db, where: anyOf(4, 2) })
    await expect.poll(() => honest.received.size).toBe(1)
    greedy.complete('1')
    await expect.poll(() => at.relay.stats().subscribers).toBe(1)
    greedy.subscribe('4', QUERY, { db: at.db, where: anyOf(4, 2) })
    await expect.poll(() => greedy.received.has('4')).toBe(true)
  })
})
