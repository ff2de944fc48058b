import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LogFields, Logger } from '../../../src/util/logs/logger.ts'
import { startEngine, type Engine } from '../../../src/engine/engine.ts'
import { useBackbone } from '../../support/backbone.ts'
import { hasNatsServer } from '../../support/nats-server.ts'
import { useDeployment } from '../../support/use-deployment.ts'
import { namesFor } from './faults/logs.ts'
import { startReader } from './faults/reader.ts'

describe.runIf(hasNatsServer)('an ingester of another deployment on the same backbone', () => {
  const at = useDeployment()
  const backbone = useBackbone()
  let other: Engine
  beforeEach(async () => {
    other = await startEngine()
  })
  afterEach(() => other.stop())

  it('says so in one line, and neither writes nor answers', async () => {
    await backbone.ingest({ mongoUri: at.uri })
    const reader = startReader(backbone.origin().source, at.db)
    await reader.opened()
    const nats = await backbone.connect()
    const streams = async () => {
      const names: string[] = []
      for await (const { config } of nats.manager.streams.list()) names.push(config.name)
      return names.toSorted()
    }
    const before = await streams()

    const lines: string[] = []
    const say = (_: LogFields, message: string) => void lines.push(message)
    const log: Logger = { debug: () => undefined, info: say, warn: say, error: say }
    const stranger = await backbone.ingest({ mongoUri: other.uri, log })
    await vi.waitFor(() => expect(lines).toHaveLength(1))
    expect(lines[0]).toContain('has the changes of another MongoDB deployment; choose another `backboneName`')
    expect(stranger.trouble()).toBe(lines[0])
    expect(stranger.stats()).toMatchObject({ logs: 0, leading: 0 })

    // any ingester may be asked: often enough for it to have been among them
    const { source } = backbone.origin()
    for (let n = 0; n < 10; n++) {
      const { t } = await source.operationTime(new AbortController().signal)
      expect(t).toBeGreaterThan(0)
    }
    const db = `${at.db}_2`
    const second = startReader(source, db)
    await second.opened()
    expect(await streams()).toEqual([...before, namesFor(backbone.name, db).stream].toSorted())
    await at.client.db(db).collection('c').insertOne({})
    await second.has(1)
    await at.client.db(db).dropDatabase()
    await Promise.all([reader.stop(), second.stop()])
    expect(lines).toHaveLength(1)
  })
})
