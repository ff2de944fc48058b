import { headers, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBackboneOrigin } from '../../../src/relay/backbone/backbone-origin.ts'
import { createIngester } from '../../../src/relay/backbone/ingest/ingester.ts'
import { publishMark, readMark } from '../../../src/relay/backbone/log/mark.ts'
import { bareMessage } from '../../../src/relay/backbone/log/message.ts'
import type { Origin } from '../../../src/relay/changes/origin.ts'
import { SILENT } from '../../../src/util/logs/logger.ts'
import { FakeSource } from '../feed/model/fake-source.ts'
import { settle } from '../feed/model/rig.ts'
import { FakeBroker } from './model/fake-broker.ts'

const WATCH = {
  scope: { db: 'd', coll: 'c' },
  fullDocument: 'default',
  fullDocumentBeforeChange: 'off',
  showExpandedEvents: false,
  start: 'now',
} as const
const LIMITS = { replicas: 1, maxBytes: 1e9, maxAgeMs: 1e9 }

describe('what is said after a message was written', () => {
  const stops: (() => unknown)[] = []
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
  })
  afterEach(async () => {
    for (const stop of stops.splice(0)) stop()
    await vi.advanceTimersByTimeAsync(1_000)
    vi.useRealTimers()
  })

  it('brings a message to those who have read all before, who ask for nothing', async () => {
    const [source, broker] = [new FakeSource(), new FakeBroker()]
    const origin = { source } as unknown as Origin
    const deploymentId = () => Promise.resolve('one')
    const options = { broker: broker.client(), name: 'b', origin, deploymentId, limits: LIMITS, log: SILENT }
    const ingester = createIngester(options)
    const stop = new AbortController()
    stops.push(
      () => stop.abort(new Error('The test ends')),
      () => void ingester.stop(),
    )
    const read: string[] = []
    const relay = createBackboneOrigin({ broker: broker.client(), name: 'b', mongo: undefined })
    let isOpen = false
    void (async () => {
      for await (const event of relay.source.watch(WATCH, stop.signal)) {
        if (event.type === 'open') isOpen = true
        if (event.type === 'batch') read.push(...event.events.map(({ resumeToken }) => resumeToken))
      }
    })().catch(() => undefined)
    const until = async (isTrue: () => boolean) => {
      for (let n = 0; !isTrue() && n < 100; n++) {
        await settle(8)
        await vi.advanceTimersByTimeAsync(50)
      }
      expect(isTrue()).toBe(true)
    }
    await until(() => isOpen)
    const before = broker.gets
    for (let n = 0; n < 3; n++) source.emit('insert')
    await until(() => read.length === 3)
    expect(read).toEqual(source.history.map(({ resumeToken }) => resumeToken))
    expect(broker.gets).toBe(before)
  })

  it.each([
    ['brings what it says of a small message, too', 65_536, true],
    ['leaves a large one to be asked for', 65_537, false],
  ])('%s', (_, size, isBrought) => {
    const said: Partial<Msg>[] = []
    const publish = (_: string, payload: string | Uint8Array, options?: { readonly headers: MsgHdrs }) => {
      const data = Buffer.from(payload)
      said.push({ data, string: () => data.toString(), ...(options ? { headers: options.headers } : {}) })
    }
    const message = { ...bareMessage('idle', 'a', 'b'), data: Buffer.alloc(size, 1), seq: 7 }
    const progress = { by: 'me', seq: 7, last: 'b', reached: 'c' }
    publishMark({ connection: { publish } as unknown as NatsConnection, headers }, 'marks', { ...progress, message })
    expect(readMark(said[0] as Msg)).toEqual(isBrought ? { ...progress, message } : progress)
  })
})
