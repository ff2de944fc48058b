import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { IngestStats } from '../../../src/relay/backbone/ingest/ingester.ts'
import { useBackbone } from '../../support/backbone.ts'
import { hasNatsServer } from '../../support/nats-server.ts'
import { type Bundle, bundleProcess } from '../../support/process/bundle-process.ts'
import { startProcess, type TestProcess } from '../../support/process/start-process.ts'
import { useDeployment } from '../../support/use-deployment.ts'
import { namesFor, readLog, tokensIn, tokensOfDriver } from './faults/logs.ts'
import { startReader } from './faults/reader.ts'
import { startWriter } from './faults/writer.ts'

const KILLS = 10
describe.runIf(hasNatsServer)('ingesters in processes of their own', () => {
  const at = useDeployment()
  const backbone = useBackbone()
  let bundle: Bundle
  beforeAll(async () => {
    bundle = await bundleProcess(new URL('faults/ingest-process.ts', import.meta.url))
  })
  afterAll(() => bundle.remove())
  const processes = new Set<TestProcess>()
  afterEach(async () => {
    for (const one of processes) await one.stop()
    processes.clear()
  })

  async function start(takeoverMs?: number): Promise<TestProcess> {
    const one = startProcess(bundle.file)
    processes.add(one)
    const { server, name } = backbone
    await one.ask('start', { servers: [server.url], name, mongoUri: at.uri, takeoverMs })
    return one
  }
  const statsOf = (one: TestProcess) => one.ask<IngestStats>('stats')
  const leads = async (one: TestProcess, messages = 0) => {
    const stats = await statsOf(one)
    expect(stats.leading).toBe(1)
    expect(stats.messages).toBeGreaterThan(messages)
  }

  it('have each event in the log once, in order, when they compete and the leader is killed ten times', async () => {
    const reader = startReader(backbone.origin().source, at.db)
    const nats = await backbone.connect()
    let leader = await start(100)
    let standby = await start(100)
    await reader.opened()
    const time = await at.operationTime()
    const stop = startWriter(at)
    for (let kills = 0; kills < KILLS; kills++) {
      const next = start(100)
      // one of the two, when it has written something
      leader = await vi.waitFor(async () => {
        const [first, second] = await Promise.all([statsOf(leader), statsOf(standby)])
        const found =
          first.messages > 3 && first.leading ? leader : second.messages > 3 && second.leading ? standby : undefined
        if (!found) throw new Error('None leads')
        if (found === standby) standby = leader
        return found
      })
      await leader.stop()
      processes.delete(leader)
      leader = standby
      standby = await next
    }
    const count = await stop()
    await reader.has(count)
    await reader.stop()
    const expected = await tokensOfDriver(at.client, at.db, time, count)
    const messages = await readLog(nats, namesFor(backbone.name, at.db))
    expect(tokensIn(messages)).toEqual(expected)
    expect(reader.tokens).toEqual(expected)
  })

  it('take over from one that is frozen, which does not write when it goes on', async () => {
    const reader = startReader(backbone.origin().source, at.db)
    const nats = await backbone.connect()
    const zombie = await start()
    await reader.opened()
    const time = await at.operationTime()
    const standby = await start()
    const stop = startWriter(at)
    await vi.waitFor(() => leads(zombie, 3))
    zombie.freeze()
    await vi.waitFor(() => leads(standby, 3))
    zombie.thaw()
    await vi.waitFor(async () => {
      // its message is refused, or it hears first that another one writes
      expect((await statsOf(zombie)).leading).toBe(0)
    })
    const { messages: writtenByZombie } = await statsOf(zombie)
    const count = await stop()
    await reader.has(count)
    await reader.stop()
    expect(await statsOf(zombie)).toMatchObject({ leading: 0, messages: writtenByZombie })
    expect(await statsOf(standby)).toMatchObject({ leading: 1, refused: 0 })
    const expected = await tokensOfDriver(at.client, at.db, time, count)
    expect(tokensIn(await readLog(nats, namesFor(backbone.name, at.db)))).toEqual(expected)
    expect(reader.tokens).toEqual(expected)
    expect(reader.error).toBeUndefined()
  })
})
