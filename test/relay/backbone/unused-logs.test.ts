import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBackboneOrigin } from '../../../src/relay/backbone/backbone-origin.ts'
import { createIngester } from '../../../src/relay/backbone/ingest/ingester.ts'
import type { Origin } from '../../../src/relay/changes/origin.ts'
import { SILENT } from '../../../src/util/logs/logger.ts'
import { FakeSource } from '../feed/model/fake-source.ts'
import { settle } from '../feed/model/rig.ts'
import { FakeBroker } from './model/fake-broker.ts'

const MAX_AGE_MS = 600_000
const WATCH = {
  scope: { db: 'd' },
  fullDocument: 'default',
  fullDocumentBeforeChange: 'off',
  showExpandedEvents: false,
} as const

describe('a log', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
  })
  afterEach(() => void vi.useRealTimers())

  it('is there for as long as somebody reads it, and is removed when nobody has for as long as it keeps anything', async () => {
    const broker = new FakeBroker()
    const ingester = createIngester({
      broker: broker.client(),
      name: 'b',
      origin: { source: new FakeSource() } as unknown as Origin,
      deploymentId: () => Promise.resolve('one'),
      limits: { replicas: 1, maxBytes: 1e9, maxAgeMs: MAX_AGE_MS },
      log: SILENT,
    })
    const { source } = createBackboneOrigin({ broker: broker.client(), name: 'b', mongo: undefined })
    const stop = new AbortController()
    const reading = (async () => {
      for await (const event of source.watch({ ...WATCH, start: 'now' }, stop.signal)) void event
    })().catch(() => 'it stops')
    await pass(2 * MAX_AGE_MS)
    expect(broker.logs.size).toBe(1)

    stop.abort()
    await reading
    await pass(MAX_AGE_MS / 2)
    expect(broker.logs.size).toBe(1)
    await pass(MAX_AGE_MS)
    expect(broker.logs.size).toBe(0)
    await Promise.all([ingester.stop(), pass(1_000)])
  })
})

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    await settle(8)
    await vi.advanceTimersByTimeAsync(1_000)
  }
}
