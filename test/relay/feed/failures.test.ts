import { describe, expect, it } from 'vitest'
import { useRelayBehindProxy } from '../../support/relay-behind-proxy.ts'
import type { TestSubscription } from '../../support/subscription.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)

// inserts alone: what is missing, twice or out of order shows
const insertsOf = ({ changes }: TestSubscription) =>
  changes.flatMap(({ operationType, documentKey }) =>
    operationType === 'insert' ? [(documentKey as { readonly _id: number })._id] : [],
  )

describe('a running subscription gets every change once and in order', () => {
  const at = useRelayBehindProxy()

  async function start(): Promise<TestSubscription> {
    const changes = at.subscribe()
    await changes.take(1)
    await at.coll.insertOne({ _id: 0 })
    await changes.take(2)
    return changes
  }
  const failing = (data: Readonly<Record<string, unknown>>) => ({ failCommands: ['getMore'], ...data })

  it('when all connections to the server end at once', async () => {
    const changes = await start()
    for (const [n, how] of (['end', 'reset', 'end', 'reset'] as const).entries()) {
      at.link.cut(how)
      await at.coll.insertOne({ _id: n + 1 })
      await expect.poll(() => insertsOf(changes)).toEqual(numbers(n + 2))
    }
  })

  it('when its cursor is killed', async () => {
    const changes = await start()
    for (let n = 1; n < 5; n++) {
      // those of all clients
      await at.client.db('admin').command({ killAllSessions: [] })
      await at.coll.insertOne({ _id: n })
      await expect.poll(() => insertsOf(changes)).toEqual(numbers(n + 1))
    }
    expect(at.relay.stats().interruptions).toBeGreaterThan(0)
  })

  it.each([
    ['CursorNotFound', { errorCode: 43 }],
    ['CursorKilled', { errorCode: 237 }],
    ['InterruptedAtShutdown', { errorCode: 11600 }],
    ['InterruptedDueToReplStateChange', { errorCode: 11602 }],
    ['PrimarySteppedDown', { errorCode: 189 }],
    ['NotWritablePrimary', { errorCode: 10107 }],
    ['a closed connection', { closeConnection: true }],
  ])('when a getMore fails with %s', async (_, data) => {
    const changes = await start()
    await at.failCommand({ times: 2 }, failing(data))
    await at.coll.insertMany([{ _id: 1 }, { _id: 2 }])
    await expect.poll(() => insertsOf(changes)).toEqual(numbers(3))
  })

  it('when the server starts again', async () => {
    const changes = await start()
    await at.coll.insertOne({ _id: 1 })
    await at.deployment.engineFor('a restart').restart(async () => {
      await expect.poll(() => at.relay.stats().interruptedUpstreams).toBe(1)
    })
    await at.coll.insertOne({ _id: 2 })
    await expect.poll(() => insertsOf(changes)).toEqual(numbers(3))
    const types = changes.changes.map(({ operationType }) => operationType)
    expect(types.filter((type) => type !== 'insert')).toEqual(['started', 'interrupted', 'resumed'])
  })

  it('when its collection is dropped while the server is away', async () => {
    const changes = await start()
    at.link.set({ kind: 'refuse' })
    at.link.cut('reset')
    await at.coll.insertOne({ _id: 1 })
    await at.coll.drop()
    await at.coll.insertOne({ _id: 2 })
    at.link.set({ kind: 'pass' })
    await expect.poll(() => insertsOf(changes)).toEqual(numbers(3))
    const types = changes.changes.map(({ operationType }) => operationType)
    expect(types.slice(-4)).toEqual(['resumed', 'insert', 'invalidate', 'insert'])
  })
})

describe('a server that fails every getMore', () => {
  // the shortest delays that there are by default
  const at = useRelayBehindProxy({ backoff: { random: () => 0 } })

  it('is asked twice a second, then less and less often, and serves on when it is well again', async () => {
    const changes = at.subscribe()
    await changes.take(1)
    await at.coll.insertOne({ _id: 0 })
    await changes.take(2)
    const failing = { failCommands: ['getMore'], errorCode: 133, errorLabels: ['ResumableChangeStreamError'] }
    const before = await at.failCommand('alwaysOn', failing)
    const startMs = performance.now()
    const attempts = async () => (await at.failCommand('alwaysOn', failing)) - before
    await expect.poll(attempts, { interval: 10 }).toBeGreaterThanOrEqual(5)
    // the sum of the delays between five attempts, which a timer may cut by a millisecond each
    expect(performance.now() - startMs).toBeGreaterThan(50 + 250 + 500 + 1_000 - 10)
    await at.coll.insertOne({ _id: 1 })
    await at.failCommand('off', {})
    await at.coll.insertOne({ _id: 2 })
    await expect.poll(() => insertsOf(changes)).toEqual(numbers(3))
  })
})

describe('a primary that steps down', () => {
  const at = useRelayBehindProxy((deployment) => ({ mongoUri: deployment.uri }))

  it('interrupts a running subscription until there is a primary again', async () => {
    const changes = at.subscribe()
    await changes.take(1)
    await at.coll.insertOne({ _id: 0 })
    await changes.take(2)
    at.deployment.engineFor('a primary that steps down')
    await at.client.db('admin').command({ replSetStepDown: 1, force: true })
    // as a server does to those who read from its primary
    await at.failCommand({ times: 1 }, { failCommands: ['getMore'], errorCode: 11602 })
    await expect.poll(() => changes.changes.at(-1)?.operationType).toBe('interrupted')
    const isPrimary = async () => (await at.client.db('admin').command({ hello: 1 }))['isWritablePrimary']
    await expect.poll(isPrimary).toBe(true)
    await at.coll.insertMany([{ _id: 1 }, { _id: 2 }])
    await expect.poll(() => insertsOf(changes)).toEqual(numbers(3))
  })
})
