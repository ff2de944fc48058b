import { LazyDocument } from '../../../src/bson/codec/lazy-document.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDeployment, type Deployment } from '../../../src/relay/mongo/deployment.ts'
import { createMongoSource } from '../../../src/relay/mongo/mongo-source.ts'
import type { RetryOptions } from '../../../src/relay/changes/outage.ts'
import { type Proxy, startProxy } from '../../support/proxy.ts'
import { useDeployment } from '../../support/use-deployment.ts'

// minutes in a fraction of a second
const PATIENCE = {
  serverSelectionTimeoutMs: 200,
  connectTimeoutMs: 300,
  heartbeatMs: 200,
  replyGraceMs: 300,
  minClientAgeMs: 0,
}
const BACKOFF = { initialMs: 10, maxMs: 50 }

describe('watching', () => {
  const at = useDeployment()
  let link: Proxy
  let deployment: Deployment
  let aborter: AbortController
  let done: Promise<unknown>
  const coll = () => at.client.db(at.db).collection<{ _id: number }>('c')

  beforeEach(async () => {
    link = await startProxy(await at.server())
    const uri = at.uriThrough(link.port)
    deployment = createDeployment({ uri, maxAwaitTimeMs: 50, patience: PATIENCE })
    aborter = new AbortController()
  })
  afterEach(async () => {
    aborter.abort()
    await done
    link.set({ kind: 'pass' })
    await deployment.close()
    await link.stop()
  })

  /** What a stream sees, from the moment on when it is open. */
  async function follow(retry: RetryOptions = {}) {
    const seen: number[] = []
    const states: string[] = []
    const options = {
      scope: { db: at.db, coll: 'c' },
      fullDocument: 'default',
      fullDocumentBeforeChange: 'off',
      showExpandedEvents: false,
      start: 'now',
    } as const
    const source = createMongoSource(deployment, { backoff: BACKOFF, ...retry })
    async function read(): Promise<void> {
      for await (const report of source.watch(options, aborter.signal)) {
        if (report.type !== 'batch') states.push(report.type)
        else
          for (const { event } of report.events) {
            const key = event.field('documentKey')
            if (key instanceof LazyDocument) seen.push(Number(key.value('_id')))
          }
      }
    }
    done = read().catch((error: unknown) => {
      if (!aborter.signal.aborted) throw error
    })
    await expect.poll(() => states).toEqual(['open'])
    return { seen, states }
  }

  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)

  it('outlives an outage that is longer than the driver looks for a server', async () => {
    const { seen, states } = await follow()
    await coll().insertOne({ _id: 0 })
    await expect.poll(() => seen).toEqual([0])
    link.set({ kind: 'refuse' })
    link.cut('reset')
    await coll().insertOne({ _id: 1 })
    // another client of the same patience gives up several times, where the driver's own change stream does so once or
    // twice
    for (let time = 0; time < 4; time++) await expect(deployment.operationTime()).rejects.toThrow()
    await expect.poll(() => states).toEqual(['open', 'interrupted'])
    link.set({ kind: 'pass' })
    await coll().insertOne({ _id: 2 })
    await expect.poll(() => seen).toEqual(numbers(3))
    expect(states).toEqual(['open', 'interrupted', 'open'])
  })

  it('notices a network that went silent, and goes on where it was', async () => {
    const { seen, states } = await follow()
    await coll().insertOne({ _id: 0 })
    await expect.poll(() => seen).toEqual([0])
    link.set({ kind: 'black-hole' })
    await coll().insertOne({ _id: 1 })
    await expect.poll(() => states).toEqual(['open', 'interrupted'])
    // what was under way is lost
    link.cut('reset')
    link.set({ kind: 'pass' })
    await coll().insertOne({ _id: 2 })
    await expect.poll(() => seen).toEqual(numbers(3))
  })

  it('gives up a getMore that is never answered, although the server is well otherwise', async () => {
    const { seen } = await follow()
    await coll().insertOne({ _id: 0 })
    await expect.poll(() => seen).toEqual([0])
    const silent = { failCommands: ['getMore'], blockConnection: true, blockTimeMS: 600_000 }
    await at.failCommand({ times: 1 }, silent)
    await coll().insertMany([{ _id: 1 }, { _id: 2 }])
    await expect.poll(() => seen).toEqual(numbers(3))
  })

  it('replaces a client that stays dead', async () => {
    const { seen } = await follow({ renewClientMs: 0 })
    await coll().insertOne({ _id: 0 })
    await expect.poll(() => seen).toEqual([0])
    const dead = deployment.streams.current()
    await dead.close()
    await coll().insertOne({ _id: 1 })
    await expect.poll(() => seen).toEqual(numbers(2))
    expect(deployment.streams.current()).not.toBe(dead)
  })

  it('keeps its client when all connections end, and a new one can be had', async () => {
    const { seen } = await follow({ renewClientMs: 60_000 })
    const own = deployment.streams.current()
    link.cut('end')
    await coll().insertOne({ _id: 0 })
    await expect.poll(() => seen).toEqual([0])
    expect(deployment.streams.current()).toBe(own)
  })
})
