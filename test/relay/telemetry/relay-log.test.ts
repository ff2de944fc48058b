import { describe, expect, it, vi } from 'vitest'
import type { LogFields, Logger } from '../../../src/util/logs/logger.ts'
import type { RelayOptions } from '../../../src/relay/options.ts'
import { createRelay } from '../../../src/adapters/node/relay.ts'
import { openDeployment, type TestDeployment } from '../../support/deployment.ts'
import { type Proxy, startProxy } from '../../support/proxy.ts'
import { webSocket } from '../../support/transports.ts'

interface Line extends LogFields {
  readonly level: string
  readonly msg: string
}

/** A relay with a deployment that a test can disturb, and what it logs from `info` on. */
async function withLog(
  options: RelayOptions,
  test: (at: {
    graphqlUrl: string
    lines: Line[]
    deployment: TestDeployment
    db: string
    proxy: Proxy
  }) => Promise<void>,
): Promise<Line[]> {
  const deployment = await openDeployment()
  const db = deployment.newDb()
  const proxy = await startProxy(await deployment.server())
  const lines: Line[] = []
  const at = (level: string) => (fields: LogFields, msg: string) => void lines.push({ level, msg, ...fields })
  const log: Logger = { debug: () => undefined, info: at('info'), warn: at('warn'), error: at('error') }
  const relay = await createRelay({
    port: 0,
    mongoUri: deployment.uriThrough(proxy.port),
    namespace: `${db}.c`,
    log,
    readyTimeoutMs: 20_000,
    backoff: { maxMs: 100 },
    ...options,
  })
  try {
    await test({ graphqlUrl: relay.graphqlUrl, lines, deployment, db, proxy })
  } finally {
    await relay.stop()
    await proxy.stop()
    await deployment.stop()
  }
  return lines
}

const others = (lines: readonly Line[]) =>
  lines.filter(({ msg }) => !['Listening', 'Stopping', 'Stopped'].includes(msg))

describe('the log of a relay', () => {
  it('tells its beginning and its end, and nothing in between while all is well', async () => {
    const lines = await withLog({}, async ({ graphqlUrl, deployment, db }) => {
      const changes = webSocket.subscribe(graphqlUrl, { db, coll: 'c', last: 1 })
      await deployment.client.db(db).collection('c').insertOne({})
      await changes.take(1)
      changes.stop()
    })
    expect(lines.map(({ level, msg }) => `${level} ${msg}`)).toEqual([
      'info Listening',
      'info Stopping',
      'info Stopped',
    ])
  })

  it('tells once that MongoDB is lost, and once that it is back', async () => {
    const lines = await withLog({}, async ({ lines, proxy }) => {
      proxy.interrupt()
      await vi.waitFor(() => expect(others(lines)).toHaveLength(1))
      proxy.restore()
      await vi.waitFor(() => expect(others(lines)).toHaveLength(2))
    })
    expect(others(lines)).toEqual([
      {
        level: 'warn',
        msg: 'MongoDB cannot be reached; trying again until it can',
        ns: expect.stringMatching(/^tailrace_test_\w+\.c$/),
        code: 'UPSTREAM_FAILED',
        reason: expect.any(String),
      },
      { level: 'info', msg: 'MongoDB is being watched again' },
    ])
  })

  it('tells which namespace may not be watched, as the subscriber is told', async () => {
    const lines = await withLog({}, async ({ graphqlUrl, deployment }) => {
      const failure = { failCommands: ['aggregate'], errorCode: 13 }
      await deployment.failCommand('alwaysOn', failure)
      const changes = webSocket.subscribe(graphqlUrl, { db: 'shop', coll: 'orders' })
      const { message, extensions } = await changes.failure()
      expect(extensions).toMatchObject({ code: 'FORBIDDEN' })
      expect(message).toContain('To watch `shop.orders` a user is needed')
      changes.stop()
    })
    expect(others(lines)).toContainEqual({
      level: 'warn',
      msg: 'A change stream failed',
      ns: 'shop.orders',
      code: 'FORBIDDEN',
      reason: 'Unauthorized',
    })
  })

  it('tells that change streams fail, but not each time, whatever the namespaces', async () => {
    const lines = await withLog({}, async ({ graphqlUrl, deployment }) => {
      const failure = { failCommands: ['aggregate'], errorCode: 13 }
      await deployment.failCommand('alwaysOn', failure)
      for (let count = 0; count < 20; count++) {
        const changes = webSocket.subscribe(graphqlUrl, { db: `shop${count}` })
        expect((await changes.failure()).extensions).toMatchObject({ code: 'FORBIDDEN' })
        changes.stop()
      }
    })
    expect(lines.filter(({ msg }) => msg === 'A change stream failed')).toHaveLength(1)
  })

  it('tells that a limit was hit, but not each time', async () => {
    const lines = await withLog({ maxSubscriptions: 1, maxSubscriptionsPerPrincipal: 10 }, async ({ graphqlUrl }) => {
      const started = 'subscription { changes(db: "a", announceStart: true) { operationType } }'
      const first = webSocket.subscribe(graphqlUrl, {}, started)
      await first.take(1)
      for (let count = 0; count < 3; count++) {
        const refused = webSocket.subscribe(graphqlUrl, { db: 'a' })
        expect((await refused.failure()).extensions).toMatchObject({ code: 'LIMIT_EXCEEDED' })
        refused.stop()
      }
      first.stop()
    })
    const msg = 'The relay serves 1 subscriptions already, as `maxSubscriptions` allows'
    expect(others(lines)).toEqual([{ level: 'warn', msg, code: 'LIMIT_EXCEEDED' }])
  })
})
