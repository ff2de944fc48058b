import { describe, expect, it } from 'vitest'
import { createDeployment } from '../../../src/relay/mongo/deployment.ts'
import { createMongoOrigin } from '../../../src/relay/mongo/mongo-origin.ts'
import { useBackbone } from '../../support/backbone.ts'
import { hasNatsServer } from '../../support/nats-server.ts'
import { useEngine } from '../../support/engine.ts'
import { namesFor, readLog } from './faults/logs.ts'
import { startReader } from './faults/reader.ts'

const OPLOG_BYTES = 1_048_576

describe.runIf(hasNatsServer)('an oplog that forgets', () => {
  const at = useEngine({ oplogBytes: OPLOG_BYTES })
  const backbone = useBackbone()
  const c = () => at.client.db('d').collection<{ n: number }>('c')

  async function rollOver(): Promise<void> {
    const filler = at.client.db('filler').collection('f')
    const pad = 'x'.repeat(50_000)
    for (let written = 0; written < OPLOG_BYTES * 1.5; written += pad.length) await filler.insertOne({ pad })
  }

  it('takes nothing from who was away for longer, where a backbone went on', async () => {
    await backbone.ingest({ mongoUri: at.engine.uri })
    const first = startReader(backbone.origin().source, 'd')
    await first.opened()
    await c().insertOne({ n: 0 })
    await first.has(1)
    await first.stop()
    await c().insertMany([{ n: 1 }, { n: 2 }])
    await rollOver()
    await c().insertOne({ n: 3 })
    const back = startReader(backbone.origin().source, 'd', first.tokens[0])
    await back.has(3)
    await back.stop()
    expect(back.error).toBeUndefined()
  })

  it('is a gap in the log, where all ingesters were away for longer: for those who cross it', async () => {
    const ingester = await backbone.ingest({ mongoUri: at.engine.uri })
    const stays = startReader(backbone.origin().source, 'd')
    await stays.opened()
    await c().insertMany([{ n: 0 }, { n: 1 }])
    await stays.has(2)
    await ingester.stop()
    await c().insertOne({ n: 2 })
    await rollOver()
    await backbone.ingest({ mongoUri: at.engine.uri })
    expect(await stays.failed()).toMatchObject({ code: 'HISTORY_LOST' })
    const messages = await readLog(await backbone.connect(), namesFor(backbone.name, 'd'))
    expect(messages.map(({ kind }) => kind)).toEqual(['origin', 'events', 'gap'])
    // also for those with access to MongoDB, which has it no longer
    const mongo = createMongoOrigin(createDeployment({ uri: at.engine.uri, maxAwaitTimeMs: 50 }))
    const comesBack = startReader(backbone.origin(mongo).source, 'd', stays.tokens[0])
    expect(await comesBack.failed()).toMatchObject({ code: 'HISTORY_LOST' })
    expect(comesBack.tokens).toEqual([stays.tokens[1]])
    // and not for those who come now
    const now = startReader(backbone.origin().source, 'd')
    await now.opened()
    await c().insertOne({ n: 3 })
    await now.has(1)
    await Promise.all([stays, comesBack, now].map((reader) => reader.stop()))
    expect(now.error).toBeUndefined()
  })
})
