import dns from 'node:dns'
import type { LookupFunction } from 'node:net'
import { MongoClient } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Engine, startEngine } from '../../../src/engine/engine.ts'
import { createRelay, type Relay } from '../../../src/adapters/node/relay.ts'
import { logLines } from '../../support/log-lines.ts'
import { startStubDns, type StubDns } from '../../support/stub-dns.ts'
import type { TestSubscription } from '../../support/subscription.ts'
import { webSocket } from '../../support/transports.ts'

const { lookup } = dns

const HOST = 'node.cluster.tailrace.test'

/** Looks names up as DNS does, which the stub alone cannot: Node asks the system for addresses. */
function stubLookup(isUp: () => boolean): LookupFunction {
  return (name, options, done) => {
    if (name !== HOST) return lookup(name, options, done)
    const missing = Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), {
      code: 'ENOTFOUND',
      syscall: 'getaddrinfo',
    })
    if (!isUp()) return done(missing, '', 4)
    return options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)
  }
}

describe('a deployment that DNS names (mongodb+srv)', () => {
  const servers = dns.getServers()
  const lines: string[] = []
  let engine: Engine
  let stub: StubDns
  let client: MongoClient
  let relay: Relay | undefined
  let changes: TestSubscription | undefined
  let isUp = true
  const coll = () => client.db('test').collection<{ _id: number }>('c')

  beforeEach(async () => {
    isUp = true
    lines.length = 0
    engine = await startEngine()
    stub = await startStubDns({ name: HOST, port: engine.port })
    client = new MongoClient(engine.uri)
    dns.setServers([stub.address])
    vi.spyOn(dns, 'lookup').mockImplementation(stubLookup(() => isUp) as typeof dns.lookup)
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    changes?.stop()
    await relay?.stop()
    dns.setServers(servers)
    await stub.stop()
    await client.close()
    await engine.stop()
  })

  const start = async () => {
    relay = await createRelay({
      mongoUri: 'mongodb+srv://cluster.tailrace.test/?tls=false&serverSelectionTimeoutMS=200',
      port: 0,
      log: logLines(lines),
      backoff: { initialMs: 10, maxMs: 50 },
      startTimeoutMs: 600_000,
    })
    changes = webSocket.subscribe(relay.graphqlUrl, { db: 'test', coll: 'c', startAtOperationTime: { t: 1, i: 1 } })
    return changes
  }
  const ids = () => changes?.changes.map(({ documentKey }) => (documentKey as { readonly _id: number })._id)

  it.each(['NXDOMAIN', 'SERVFAIL'] as const)(
    'goes on after an outage that takes DNS with it (%s), and a client that is new meanwhile',
    async (state) => {
      await start()
      await coll().insertOne({ _id: 1 })
      await expect.poll(ids).toEqual([1])
      const asked = stub.queries()
      await engine.restart(async () => {
        stub.set(state)
        isUp = false
        // a client asks when it is new: then it has failed with the error of DNS
        await expect.poll(() => stub.queries() - asked, { interval: 200 }).toBeGreaterThan(5)
        stub.set('up')
        isUp = true
      })
      await coll().insertOne({ _id: 2 })
      await expect.poll(ids).toEqual([1, 2])
      expect(lines.filter((line) => line.includes('change stream failed'))).toEqual([])
    },
  )

  it('begins when DNS is back, and says in the log what is missing until then', async () => {
    stub.set('NXDOMAIN')
    isUp = false
    await start()
    await expect
      .poll(() => lines.join('\n'))
      .toMatch(
        /cannot be reached; trying again.*querySrv ENOTFOUND.*DNS has no entry `_mongodb\._tcp\.cluster\.tailrace\.test`/,
      )
    stub.set('up')
    isUp = true
    await coll().insertOne({ _id: 1 })
    await expect.poll(ids).toEqual([1])
  })
})
