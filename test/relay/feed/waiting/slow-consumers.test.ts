import { describe, expect, it, vi } from 'vitest'
import type { Subscriber } from '../../../../src/relay/feed/subscriber.ts'
import { watchSlowConsumers } from '../../../../src/relay/feed/waiting/slow-consumers.ts'
import { openRawSubscriber, type RawSubscriber } from '../../../support/raw-subscriber.ts'
import { type RelayFixture, useRelay } from '../../../support/relay.ts'

const QUERY = `subscription ($db: String, $startAfter: ResumeToken) {
  changes(db: $db, coll: "c", announceStart: true, startAfter: $startAfter) { operationType resumeToken fullDocument }
}`

interface Payload {
  readonly data: {
    readonly changes: { readonly resumeToken: string; readonly fullDocument: { readonly n?: number } | null }
  }
}

// the operation asks for them
const changesOf = ({ received }: RawSubscriber) =>
  (received.get('1') ?? []).map((payload) => (payload as Payload).data.changes)
const numbersOf = (subscriber: RawSubscriber) =>
  changesOf(subscriber).flatMap(({ fullDocument }) => fullDocument?.n ?? [])
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n)

async function openMany(at: RelayFixture, count: number): Promise<RawSubscriber[]> {
  const subscribers = await Promise.all(Array.from({ length: count }, () => openRawSubscriber(at.relay.graphqlUrl)))
  for (const subscriber of subscribers) {
    at.onEnd(() => subscriber.close())
    subscriber.subscribe('1', QUERY, { db: at.db })
  }
  await expect.poll(() => subscribers.every((subscriber) => changesOf(subscriber).length === 1)).toBe(true)
  return subscribers
}

// more than what the kernel takes for a reader that stopped
async function insertMuch(at: RelayFixture, count: number, readers: readonly RawSubscriber[] = []): Promise<void> {
  const text = 'x'.repeat(50_000)
  const coll = at.deployment.client.db(at.db).collection('c')
  for (let n = 0; n < count; n += 20) {
    await coll.insertMany(Array.from({ length: 20 }, (_, index) => ({ n: n + index, text })))
    // a server is faster than they are, and they would be behind, too
    await expect.poll(() => readers.every((reader) => numbersOf(reader).length >= n + 20), { interval: 5 }).toBe(true)
  }
}

describe('subscribers that do not read', () => {
  const at = useRelay(() => ({ maxBufferedBytes: 100_000, windowBytes: 1_000_000 }))

  it('hold up nobody, take a bounded amount of memory, and get everything when they read again', async () => {
    const stuck = await openMany(at, 3)
    const lively = await openMany(at, 9)
    for (const subscriber of stuck) subscriber.pause()
    await insertMuch(at, 400, lively)
    expect(at.relay.stats()).toMatchObject({ stuckSubscribers: 3, subscribers: 12, cohorts: 1 })
    expect(at.relay.stats().windowBytes).toBeLessThanOrEqual(1_000_000)
    for (const subscriber of stuck) subscriber.resume()
    await expect.poll(() => stuck.every((subscriber) => numbersOf(subscriber).length === 400)).toBe(true)
    for (const subscriber of [...stuck, ...lively]) expect(numbersOf(subscriber)).toEqual(upTo(400))
    // the window does not hold what they missed
    expect(at.relay.stats().catchUps).toBeGreaterThan(0)
    expect(at.relay.stats().stuckSubscribers).toBe(0)
  })
})

describe('a subscriber that never reads', () => {
  // long enough for one who reads on a busy machine
  const at = useRelay(() => ({ maxBufferedBytes: 100_000, slowConsumerMs: 2_000 }))

  it('is ended with SLOW_CONSUMER and the token from which it misses nothing', async () => {
    const [stuck, lively] = await openMany(at, 2)
    if (!stuck || !lively) throw new Error('There are two')
    stuck.pause()
    await insertMuch(at, 400)
    await expect.poll(() => at.relay.stats().slowConsumers).toBe(1)
    expect(at.relay.stats()).toMatchObject({ subscribers: 1, stuckSubscribers: 0 })
    stuck.resume()
    await expect.poll(() => stuck.errors.has('1')).toBe(true)
    const [[{ extensions }]] = stuck.errors.get('1') as [[{ extensions: { code: string; resumeToken: string } }]]
    expect(extensions).toEqual({ code: 'SLOW_CONSUMER', resumeToken: changesOf(stuck).at(-1)?.resumeToken })
    const seen = numbersOf(stuck).length
    expect(seen).toBeLessThan(400)
    stuck.subscribe('1', QUERY, { db: at.db, startAfter: extensions.resumeToken })
    await expect.poll(() => numbersOf(stuck).length).toBe(400)
    expect(numbersOf(stuck)).toEqual(upTo(400))
  })
})

describe('a sink that is full', () => {
  const watched = (limitMs: number, onTooSlow: () => void, onRelieved = () => {}) => {
    const slow = watchSlowConsumers({ limitMs, now: () => performance.now(), onTooSlow, onRelieved })
    const sink = { bytes: 1_000, bufferedBytes: () => sink.bytes }
    // what is looked at
    slow.add({ sink } as unknown as Subscriber)
    return { slow, sink }
  }

  it('is too slow where it got emptier once, and then no more', async () => {
    const onTooSlow = vi.fn()
    const { slow, sink } = watched(40, onTooSlow)
    sink.bytes = 900
    await vi.waitFor(() => expect(onTooSlow).toHaveBeenCalled())
    slow.stop()
  })

  it('is not too slow for as long as it gets emptier, and is relieved when it is half empty', async () => {
    const onTooSlow = vi.fn()
    const { slow, sink } = watched(2_000, onTooSlow, () => slow.stop())
    const seen = vi.spyOn(sink, 'bufferedBytes')
    for (let looks = 1; sink.bytes > 500; looks++) {
      await vi.waitFor(() => expect(seen.mock.calls.length).toBeGreaterThanOrEqual(looks))
      sink.bytes -= 100
    }
    expect(onTooSlow).not.toHaveBeenCalled()
  })
})
