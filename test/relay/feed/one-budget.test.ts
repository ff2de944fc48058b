import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { openRawSubscriber } from '../../support/raw-subscriber.ts'
import { useRelay } from '../../support/relay.ts'

const SUBSCRIPTIONS = 5
// more than the kernel takes for a reader that stopped
const LARGE = 'x'.repeat(8_000_000)
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n)

describe.each([
  ['the window', 16_777_216],
  ['the oplog', 1_000_000],
])('a socket that is full, whose subscriptions go on from %s,', (_place, windowBytes) => {
  const at = useRelay(() => ({ windowBytes }))

  const insert = (n: number, text = '') => at.deployment.client.db(at.db).collection('c').insertOne({ n, text })

  /** What differs makes cohorts of their own. */
  const query = (alias: string, more = '') =>
    `subscription { changes(db: "${at.db}", coll: "c", announceStart: true${more}) { ${alias}: fullDocument resumeToken } }`

  const eachOf = [
    ['cohorts of their own', (n: number) => `a${n}`],
    ['one cohort', () => 'a'],
  ] as const

  it.each(eachOf)(
    'gets no more from its other subscriptions, in %s, which all go on when it is read',
    async (_what, aliasOf) => {
      const subscriber = await openRawSubscriber(at.relay.graphqlUrl)
      at.onEnd(() => subscriber.close())
      for (const n of upTo(SUBSCRIPTIONS)) subscriber.subscribe(String(n), query(aliasOf(n)))
      const counts = () => upTo(SUBSCRIPTIONS).map((n) => subscriber.received.get(String(n))?.length ?? 0)
      await expect.poll(() => counts().every((count) => count === 1)).toBe(true)
      const { deliveries } = at.relay.stats()
      subscriber.pause()
      await insert(1, LARGE)
      await expect.poll(() => at.relay.stats().stuckSubscribers).toBe(SUBSCRIPTIONS)
      await insert(2)
      await insert(3)
      expect(at.relay.stats().deliveries - deliveries).toBeLessThanOrEqual(2)
      subscriber.resume()
      await expect.poll(() => counts().every((count) => count === 4)).toBe(true)
      expect(at.relay.stats().stuckSubscribers).toBe(0)
    },
  )

  it('gets no more from those that catch up, either', async () => {
    const subscriber = await openRawSubscriber(at.relay.graphqlUrl)
    at.onEnd(() => subscriber.close())
    subscriber.subscribe('first', query('a'))
    await expect.poll(() => subscriber.received.get('first')?.length).toBe(1)
    const [first] = subscriber.received.get('first') as [{ data: { changes: { resumeToken: string } } }]
    subscriber.complete('first')
    await insert(1, LARGE)
    await insert(2, 'x'.repeat(900_000))
    const { deliveries } = at.relay.stats()
    subscriber.pause()
    const ids = upTo(SUBSCRIPTIONS).map(String)
    for (const id of ids) {
      subscriber.subscribe(id, query(`a${id}`, `, startAfter: "${first.data.changes.resumeToken}"`))
    }
    await expect.poll(() => at.relay.stats().stuckSubscribers).toBe(SUBSCRIPTIONS)
    // each is told that it has started, which is small
    expect(at.relay.stats().deliveries - deliveries).toBeLessThanOrEqual(SUBSCRIPTIONS + 2)
    subscriber.resume()
    await expect.poll(() => ids.every((id) => subscriber.received.get(id)?.length === 3)).toBe(true)
  })

  it('gets nothing from event streams whose turn on their connection has not come', async () => {
    const { hostname, port, host } = new URL(at.relay.graphqlUrl)
    const socket = connect(Number(port), hostname)
    at.onEnd(() => socket.destroy())
    const requests = upTo(SUBSCRIPTIONS).map((n) => {
      const url = `/graphql?query=${encodeURIComponent(query(`a${n}`))}`
      return `GET ${url} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`
    })
    socket.write(requests.join(''))
    await expect.poll(() => at.relay.stats().subscribers).toBe(SUBSCRIPTIONS)
    await insert(1, LARGE)
    await expect.poll(() => at.relay.stats().stuckSubscribers).toBe(SUBSCRIPTIONS)
    expect(at.relay.stats().deliveries).toBeLessThanOrEqual(SUBSCRIPTIONS + 1)
  })
})
