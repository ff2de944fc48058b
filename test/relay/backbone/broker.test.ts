import { afterEach, describe, expect, it, vi } from 'vitest'
import { useBackbone } from '../../support/backbone.ts'
import { hasNatsServer } from '../../support/nats-server.ts'
import { useDeployment } from '../../support/use-deployment.ts'
import { isChained, namesFor, readLog, tokensIn, tokensOfDriver } from './faults/logs.ts'
import { type LogReader, startReader } from './faults/reader.ts'

/** How many messages are lost. */
const LOST = 200

describe.runIf(hasNatsServer)('a broker', () => {
  const at = useDeployment()
  const backbone = useBackbone()
  const readers: LogReader[] = []
  afterEach(async () => {
    for (const reader of readers.splice(0)) await reader.stop()
  })

  const read = (after?: string) => {
    const reader = startReader(backbone.origin().source, at.db, after)
    readers.push(reader)
    return reader
  }
  /** Writes events, each of which is in a message of its own: the next is written when one has it. */
  const write = async (reader: LogReader, count: number) => {
    const collection = at.client.db(at.db).collection<{ n: number }>('c')
    for (const end = reader.tokens.length + count; reader.tokens.length < end;) {
      const { length } = reader.tokens
      await collection.insertOne({ n: length })
      await vi.waitFor(() => expect(reader.tokens.length > length || reader.error !== undefined).toBe(true), {
        interval: 1,
      })
      if (reader.error) throw reader.error
    }
  }

  it('that is killed and comes back interrupts those who read, who miss nothing', async () => {
    await backbone.ingest({ mongoUri: at.uri })
    const reader = read()
    await reader.opened()
    const time = await at.operationTime()
    await write(reader, 3)
    await backbone.server.kill()
    await at.client.db(at.db).collection('c').insertMany([{}, {}])
    await vi.waitFor(() => expect(reader.states).toEqual(['open', 'interrupted']))
    await backbone.server.restart()
    await reader.has(5)
    await write(reader, 1)
    expect(reader.states).toEqual(['open', 'interrupted', 'open'])
    expect(reader.tokens).toEqual(await tokensOfDriver(at.client, at.db, time, 6))
  })

  it('that is away keeps no ingester from stopping, nor a reader', async () => {
    const ingester = await backbone.ingest({ mongoUri: at.uri })
    const reader = read()
    await reader.opened()
    await write(reader, 1)
    await backbone.server.kill()
    await vi.waitFor(() => expect(reader.states).toEqual(['open', 'interrupted']))
    await ingester.stop()
    await reader.stop()
    await backbone.server.restart()
  })

  it('that comes back without the end of a log has it written again, for those who are there and those who come', async () => {
    await backbone.ingest({ mongoUri: at.uri })
    const nats = await backbone.connect()
    const reader = read()
    await reader.opened()
    const time = await at.operationTime()
    await write(reader, 5)
    await backbone.server.kill()
    const restore = await backbone.server.snapshot()
    await backbone.server.restart()
    await write(reader, LOST)
    await backbone.server.kill()
    await restore()
    await backbone.server.restart()
    const expected = await tokensOfDriver(at.client, at.db, time, 5 + LOST)
    // nothing more is written: from before what was lost, from the middle of it, and from its end
    const later = [expected[2], expected[5 + LOST / 2], expected.at(-1)].map((token) => read(token))
    await later[0]?.has(expected.length - 3)
    await later[1]?.has(LOST / 2 - 1)
    await later[2]?.opened()
    expect(reader.tokens).toEqual(expected)
    await write(reader, 2)
    const all = await tokensOfDriver(at.client, at.db, time, expected.length + 2)
    await later[2]?.has(2)
    await vi.waitFor(() => {
      expect(reader.tokens).toEqual(all)
      expect(later.map(({ tokens }) => tokens)).toEqual([all.slice(3), all.slice(6 + LOST / 2), all.slice(-2)])
    })
    const messages = await readLog(nats, namesFor(backbone.name, at.db))
    expect(tokensIn(messages)).toEqual(all)
    expect(isChained(messages)).toBe(true)
  })

  it('that has lost one message makes those end who cross it, and those alone', async () => {
    await backbone.ingest({ mongoUri: at.uri })
    const nats = await backbone.connect()
    const names = namesFor(backbone.name, at.db)
    const reader = read()
    await reader.opened()
    await write(reader, 6)
    const messages = await readLog(nats, names)
    const holder = messages.find(({ last }) => last === reader.tokens[2])
    await nats.manager.streams.deleteMessage(names.stream, holder?.seq ?? 0)
    const [crosses, comesAfter] = [read(reader.tokens[0]), read(reader.tokens[2])]
    expect(await crosses?.failed()).toMatchObject({ code: 'HISTORY_LOST' })
    expect(crosses?.tokens).toEqual([reader.tokens[1]])
    await comesAfter?.has(3)
    await write(reader, 1)
    await comesAfter?.has(4)
    expect(comesAfter?.tokens).toEqual(reader.tokens.slice(3))
  })

  it('that has lost the last message is written to all the same, by the one who takes over', async () => {
    const first = await backbone.ingest({ mongoUri: at.uri })
    const nats = await backbone.connect()
    const names = namesFor(backbone.name, at.db)
    const reader = read()
    await reader.opened()
    const time = await at.operationTime()
    await write(reader, 3)
    const last = (await readLog(nats, names)).at(-1)
    await nats.manager.streams.deleteMessage(names.stream, last?.seq ?? 0)
    await first.stop()
    await backbone.ingest({ mongoUri: at.uri })
    await write(reader, 2)
    const later = read(reader.tokens[0])
    await later.has(4)
    expect(later.tokens).toEqual((await tokensOfDriver(at.client, at.db, time, 5)).slice(1))
  })
})
