import { describe, expect, it, vi } from 'vitest'
import type { Nats } from '../../../src/relay/backbone/connection.ts'
import { createDeployment } from '../../../src/relay/mongo/deployment.ts'
import { createMongoOrigin } from '../../../src/relay/mongo/mongo-origin.ts'
import { useBackboneCluster } from '../../support/backbone.ts'
import { hasNatsServer, type NatsServer } from '../../support/nats-server.ts'
import { useOnEnd } from '../../support/on-end.ts'
import { useDeployment } from '../../support/use-deployment.ts'
import { isChained, namesFor, readLogByLeader, tokensIn, tokensOfDriver } from './faults/logs.ts'
import { startReader } from './faults/reader.ts'
import { startWriter } from './faults/writer.ts'

/** How many events are to come before the next thing happens. */
const SOME = 100

describe.runIf(hasNatsServer)('a cluster of three brokers, each with a replica of the log', () => {
  const at = useDeployment()
  const backbone = useBackboneCluster()
  const onEnd = useOnEnd()

  const read = (hasMongo: boolean, after?: string) => {
    const mongo = hasMongo ? createMongoOrigin(createDeployment({ uri: at.uri })) : undefined
    const reader = startReader(backbone.origin(mongo).source, at.db, after)
    onEnd(() => reader.stop())
    return reader
  }
  const ingest = () => backbone.ingest({ mongoUri: at.uri, backboneReplicas: 3 })
  const infoOf = ({ manager }: Nats) => manager.streams.info(namesFor(backbone.name, at.db).stream)

  /** Has two ingest, and two read while events are written. */
  async function begin() {
    await Promise.all([ingest(), ingest()])
    const both = [read(false), read(true)]
    for (const reader of both) await reader.opened()
    const time = await at.operationTime()
    const stop = startWriter(at)
    const nats = await backbone.connect()
    const leader = () => vi.waitFor(async () => backbone.server.named((await infoOf(nats)).cluster?.leader ?? ''))
    /** Waits until those who read have more. */
    const goOn = async () => {
      for (const reader of both) await reader.has(reader.tokens.length + SOME)
    }
    /** Waits until another one than a server leads. */
    const leaves = (server: NatsServer) => vi.waitFor(async () => expect((await leader()).pid).not.toBe(server.pid))
    /** Waits until every replica has what the others have. */
    const isWhole = () =>
      vi.waitFor(async () => {
        const whole = expect.objectContaining({ current: true })
        expect((await infoOf(nats)).cluster?.replicas).toEqual([whole, whole])
      })
    /** Ends the writing: each reader, one who comes then, and the log have what a change stream has. */
    const check = async () => {
      await goOn()
      const count = await stop()
      const expected = await tokensOfDriver(at.client, at.db, time, count)
      for (const reader of [...both, read(false, expected[0]), read(true, expected[count / 2])]) {
        await vi.waitFor(() => expect(reader.tokens.at(-1)).toBe(expected.at(-1)))
        expect(reader.error).toBeUndefined()
        expect(reader.tokens).toEqual(expected.slice(-reader.tokens.length))
      }
      expect(both.map(({ tokens }) => tokens.length)).toEqual([count, count])
      // by its leader: of old versions, replicas can lag behind for minutes, which readers get over
      await vi.waitFor(async () => {
        const messages = await readLogByLeader(nats, namesFor(backbone.name, at.db))
        expect(tokensIn(messages)).toEqual(expected)
        expect(isChained(messages)).toBe(true)
      })
    }
    await goOn()
    return { both, leader, leaves, goOn, isWhole, check }
  }

  it('has each event once, in order, when the one that leads is killed and comes back', async () => {
    const { leader, leaves, goOn, isWhole, check } = await begin()
    for (let kills = 0; kills < 2; kills++) {
      const killed = await leader()
      await killed.kill()
      await leaves(killed)
      await goOn()
      await killed.restart()
      await isWhole()
    }
    await check()
  })

  it('has each event once, in order, when the one that leads is frozen and goes on later', async () => {
    const { leader, leaves, goOn, isWhole, check } = await begin()
    const frozen = await leader()
    frozen.freeze()
    await leaves(frozen)
    await goOn()
    frozen.thaw()
    await isWhole()
    await check()
  })

  it('has readers wait while most servers are away, and loses nothing', async () => {
    const { both, isWhole, check } = await begin()
    const [first, second] = backbone.server.servers
    await Promise.all([first?.kill(), second?.kill()])
    for (const { states } of both) await vi.waitFor(() => expect(states.at(-1)).toBe('interrupted'))
    await Promise.all([first?.restart(), second?.restart()])
    for (const reader of both) await reader.opened()
    await isWhole()
    await check()
  })

  it('has a log made as soon as there are as many servers as it has replicas', async () => {
    const ingester = await ingest()
    await expect.poll(() => ingester.trouble()).toBeUndefined()
    const [server] = backbone.server.servers
    await server?.shutDown()
    const errors: string[] = []
    const reader = startReader(backbone.origin().source, at.db, undefined, ({ message }) => errors.push(message))
    onEnd(() => reader.stop())
    // some versions wait for the server
    await expect.poll(() => reader.states.length).toBeGreaterThan(0)
    await server?.restart()
    await reader.opened()
    expect(errors.filter((message) => !/`backboneReplicas` \(3\)|cannot be reached|answers/.test(message))).toEqual([])
    const { isWhole, check } = await begin()
    await isWhole()
    await check()
  })

  it('has each event once, in order, while its servers are updated one after the other', async () => {
    const { goOn, isWhole, check } = await begin()
    for (const server of backbone.server.servers) {
      await isWhole()
      await server.shutDown()
      await goOn()
      await server.restart()
    }
    await isWhole()
    await check()
  })
})
