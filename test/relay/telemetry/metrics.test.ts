import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { ERROR_CODES } from '../../../src/errors.ts'
import { createCounters, type FeedStats } from '../../../src/relay/feed/stats.ts'
import { createMetrics } from '../../../src/relay/telemetry/metrics.ts'
import { useRelay } from '../../support/relay.ts'
import { eventStream, webSocket } from '../../support/transports.ts'

const TOKEN = 'a-token-of-24-characters'

async function get(url: string | URL, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { headers: { connection: 'close', ...headers } })
  return { status: response.status, text: await response.text() }
}

/** What a feed tells that has done nothing. */
function createFeedStats(): FeedStats {
  const now = ['upstreams', 'interruptedUpstreams', 'subscribers', 'cohorts', 'stuckSubscribers', 'runningCatchUps']
  const names = [...now, 'waitingCatchUps', 'windowEvents', 'windowBytes']
  // all that there are, by name
  return { ...createCounters(), ...Object.fromEntries(names.map((name) => [name, 0])) } as unknown as FeedStats
}

/** The values of our metrics, by name with labels. */
function valuesOf(text: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line.startsWith('tailrace_'))
  return Object.fromEntries(lines.map((line) => [line.replace(/ \S+$/, ''), Number(/\S+$/.exec(line)?.[0])]))
}

describe('/metrics', () => {
  const at = useRelay(() => ({ metricsPort: 0, metricsToken: TOKEN, lingerMs: 0 }))
  const scrape = async () => valuesOf((await get(at.relay.metricsUrl ?? '')).text)

  it('tells what the relay holds and has done', async () => {
    const { client } = at.deployment
    const subscriptions = [
      await at.subscribe(webSocket),
      await at.subscribe(webSocket),
      await at.subscribe(eventStream, { format: 'CANONICAL' }),
    ]
    await vi.waitFor(async () => {
      expect(await scrape()).toMatchObject({
        tailrace_ready: 1,
        'tailrace_connections{transport="websocket"}': 2,
        'tailrace_connections{transport="sse"}': 1,
        tailrace_subscriptions: 3,
        tailrace_cohorts: 2,
        tailrace_upstreams: 2,
        tailrace_resumes_total: 0,
      })
    })
    const before = await scrape()
    expect(before).not.toHaveProperty('tailrace_window_age_seconds')
    const coll = client.db(at.db).collection('c')
    for (const n of [1, 2, 3]) await coll.insertOne({ n })
    const [changes] = await Promise.all(subscriptions.map((subscription) => subscription.take(3)))

    const resumed = await at.subscribe(webSocket, { startAfter: changes?.[0]?.resumeToken ?? '' })
    await resumed.take(2)
    const after = await scrape()
    expect(after).toMatchObject({
      tailrace_subscriptions: 4,
      tailrace_events_total: 3,
      [`tailrace_namespace_events_total{namespace="${at.db}.c"}`]: 3,
      'tailrace_namespace_events_total{namespace="other"}': 0,
      tailrace_window_events: 3,
      tailrace_deliveries_total: 11,
      tailrace_resumes_total: 1,
      tailrace_interruptions_total: 0,
    })
    expect(after['tailrace_window_bytes']).toBeGreaterThan(100)
    expect(after['tailrace_window_age_seconds']).toBeLessThan(60)
    expect(after['tailrace_delivery_lag_seconds_count']).toBeGreaterThan(0)
    expect(after['tailrace_delivery_lag_seconds_sum']).toBeLessThan(30)
  })

  it('counts events by namespace, from zero on, in bounded series', async () => {
    const series = async () => {
      const values = Object.entries(await scrape())
      return new Map(values.filter(([name]) => name.startsWith('tailrace_namespace_events_total')))
    }
    const named = (coll: string) => `tailrace_namespace_events_total{namespace="${at.db}.${coll}"}`
    const watched = await at.subscribe(webSocket)
    await vi.waitFor(async () => expect(await series()).toContainEqual([named('c'), 0]))
    watched.stop()

    const database = at.deployment.client.db(at.db)
    await at.subscribe(webSocket, { coll: null })
    await vi.waitFor(async () => {
      await database.collection('c0').insertOne({})
      expect((await series()).get(named('c0'))).toBeGreaterThan(0)
    })
    for (let n = 1; n < 120; n++) await database.collection(`c${n}`).insertOne({})
    const other = 'tailrace_namespace_events_total{namespace="other"}'
    await vi.waitFor(async () => expect((await series()).get(other)).toBe(120 - 98))
    expect((await series()).get(named('c97'))).toBe(1)
    // with what is watched already, and what there is no room for
    expect((await series()).size).toBe(98 + 2 + 1)
  })

  it('has a series for each code of an error before there is one', async () => {
    const values = await scrape()
    for (const code of [...Object.keys(ERROR_CODES), 'INTERNAL_SERVER_ERROR']) {
      expect(values[`tailrace_errors_total{code="${code}"}`]).toBe(0)
    }
  })

  it('counts the errors that clients are told, by code', async () => {
    const headers = { 'content-type': 'application/json', connection: 'close' }
    for (const query of ['{ nope', '{ namespaces(db: "a.b") { db } }']) {
      await (await fetch(at.relay.graphqlUrl, { method: 'POST', headers, body: JSON.stringify({ query }) })).text()
    }
    for (const transport of [webSocket, eventStream]) {
      await (await at.subscribe(transport, { where: '{"$where": "1"}' })).failure()
      await (await at.subscribe(transport, { startAfter: '!' })).failure()
    }
    expect(await scrape()).toMatchObject({
      'tailrace_errors_total{code="BAD_USER_INPUT"}': 4,
      'tailrace_errors_total{code="RESUME_TOKEN_INVALID"}': 2,
    })
  })

  it('is at the usual port for callers who bring the token, and at its own for everybody', async () => {
    const usual = new URL('metrics', at.relay.url)
    expect((await get(usual)).status).toBe(401)
    expect((await get(usual, { authorization: `Bearer ${TOKEN}x` })).status).toBe(401)
    expect((await get(usual, { authorization: `Basic ${TOKEN}` })).status).toBe(401)
    const { status, text } = await get(usual, { authorization: `Bearer ${TOKEN}` })
    expect(status).toBe(200)
    expect(text).toContain('\nprocess_cpu_seconds_total ')
    expect(text).not.toContain(TOKEN)
    const own = at.relay.metricsUrl ?? ''
    expect((await get(own)).status).toBe(200)
    await vi.waitFor(async () => expect(await get(new URL('readyz', own))).toEqual({ status: 200, text: 'ready\n' }))
    expect((await get(new URL('graphql', own))).status).toBe(404)
  })
})

describe('a relay that was not told to serve metrics', () => {
  const at = useRelay()

  it('does not', async () => {
    expect((await get(new URL('metrics', at.relay.url))).status).toBe(404)
    expect(at.relay.metricsUrl).toBeUndefined()
  })
})

describe('the metrics', () => {
  it('are those that the operations page describes', async () => {
    const text = readFileSync(resolve(import.meta.dirname, '../../../docs/operations.md'), 'utf8')
    const described = [...text.matchAll(/^\| `(tailrace_\w+)/gm)].map(([, name]) => name)
    const stats = createFeedStats()
    const { read, observeLag } = createMetrics({
      version: '1',
      source: () => ({
        stats: { ...stats, oldestEventSeconds: 900, oldestPositionSeconds: 950 },
        connections: { webSockets: 0, eventStreams: 0 },
        isReady: false,
        oplogStartSeconds: 100,
        nowSeconds: 1_000,
      }),
    })
    observeLag(-5)
    observeLag(40)
    const { text: scraped } = await read()
    const served = [...scraped.matchAll(/^# TYPE (tailrace_\w+)/gm)].map(([, name]) => name)
    expect(described.sort()).toEqual(served.sort())
    expect(valuesOf(scraped)).toMatchObject({
      tailrace_ready: 0,
      tailrace_window_age_seconds: 100,
      tailrace_oplog_window_seconds: 850,
      'tailrace_delivery_lag_seconds_bucket{le="0.005"}': 1,
      'tailrace_delivery_lag_seconds_bucket{le="0.05"}': 2,
      'tailrace_build_info{version="1"}': 1,
    })
  })
})
