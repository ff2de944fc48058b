import { describe, expect, it } from 'vitest'
import { startIngester } from '../../../src/adapters/node/ingest.ts'
import { createRelay } from '../../../src/adapters/node/relay.ts'
import { hasNatsServer, startNatsServer } from '../../support/nats-server.ts'
import { useOnEnd } from '../../support/on-end.ts'
import { useDeployment } from '../../support/use-deployment.ts'

describe.skipIf(!hasNatsServer)('the metrics of a backbone', () => {
  const at = useDeployment()
  const onEnd = useOnEnd()

  it('tell what an ingester writes, and whether a relay hears of it', async () => {
    const nats = await startNatsServer()
    onEnd(() => nats.stop())
    const backbone = [nats.url]
    const ingester = await startIngester({ backbone, mongoUri: at.uri, metricsPort: 0 })
    onEnd(() => ingester.stop())
    const relay = await createRelay({
      backbone,
      namespace: `${at.db}.c`,
      port: 0,
      metricsPort: 0,
      readyTimeoutMs: 20_000,
    })
    onEnd(() => relay.stop())
    const read = async (url = '') => (await fetch(url)).text()
    const value = async (url: string | undefined, name: string) =>
      Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await read(url))?.[1])

    await expect.poll(() => value(relay.metricsUrl, 'tailrace_backbone_mark_age_seconds')).toBeLessThan(5)
    expect(await value(relay.metricsUrl, 'tailrace_backbone_connected')).toBe(1)
    await at.client.db(at.db).collection('c').insertMany([{}, {}, {}])
    await expect.poll(() => value(ingester.metricsUrl, 'tailrace_ingest_events_total')).toBe(3)
    expect(await value(ingester.metricsUrl, 'tailrace_ingest_leading')).toBe(1)
    expect(await value(ingester.metricsUrl, 'tailrace_ready')).toBe(1)

    await nats.kill()
    await expect.poll(() => value(relay.metricsUrl, 'tailrace_backbone_connected'), { timeout: 10_000 }).toBe(0)
    const ready = async (url = '') => (await fetch(new URL('readyz', url))).text()
    await expect.poll(() => ready(ingester.metricsUrl), { timeout: 20_000 }).toContain('backbone cannot be reached')
    await expect.poll(() => ready(relay.metricsUrl), { timeout: 20_000 }).toContain('backbone cannot be reached')
  })
})
