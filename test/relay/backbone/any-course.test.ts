import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RelayError } from '../../../src/errors.ts'
import { createBackboneOrigin } from '../../../src/relay/backbone/backbone-origin.ts'
import { createIngester, type Ingester } from '../../../src/relay/backbone/ingest/ingester.ts'
import { readMessage } from '../../../src/relay/backbone/log/message.ts'
import type { Origin } from '../../../src/relay/changes/origin.ts'
import { fromTokenString } from '../../../src/relay/changes/tokens/resume-token.ts'
import { SILENT } from '../../../src/util/logs/logger.ts'
import { settle } from '../feed/model/rig.ts'
import { FakeSource } from '../feed/model/fake-source.ts'
import { FakeBroker, type FakeClient } from './model/fake-broker.ts'

const SCOPE = { db: 'd', coll: 'c' }
const WATCH = {
  scope: SCOPE,
  fullDocument: 'default',
  fullDocumentBeforeChange: 'off',
  showExpandedEvents: false,
} as const
/** How much time passes at once, in milliseconds. */
const STEP_MS = 250

const LIMITS = { replicas: 1, maxBytes: 1e9, maxAgeMs: 1e9 }

/** What can happen, in any order. */
const STEPS = [
  'write',
  'write many',
  'idle',
  'wait',
  'wait long',
  'kill',
  'end',
  'freeze',
  'thaw',
  'start',
  'lose ack',
  'lose tail',
] as const
type Step = (typeof STEPS)[number]

/** Those who write are frozen, and go on as if nothing had happened. */
const WITH_ZOMBIES = STEPS.filter((step) => step !== 'lose tail')

/**
 * A broker is set back. Not together with those: what such a one has sent before can fit the place that the log is set
 * back to, which readers notice.
 */
const WITH_LOST_ENDS = STEPS.filter((step) => step !== 'freeze')

/** What may lose events, if that is said. */
const LOSSES = ['expire', 'delete', 'roll over'] as const
type Loss = (typeof LOSSES)[number]

interface Process {
  readonly client: FakeClient
  readonly ingester: Ingester
}

class Course {
  readonly source = new FakeSource()
  readonly broker = new FakeBroker()
  readonly processes: Process[] = []
  readonly ended: Promise<void>[] = []

  constructor(maxPayload?: number) {
    if (maxPayload !== undefined) this.broker.maxPayload = maxPayload
    this.start()
    this.start()
  }

  start(): void {
    const client = this.broker.client()
    const origin = { source: this.source } as unknown as Origin
    const deploymentId = () => Promise.resolve('one')
    const options = { broker: client, name: 'b', origin, deploymentId, limits: LIMITS, log: SILENT }
    this.processes.push({ client, ingester: createIngester(options) })
  }

  async take(step: Step | Loss): Promise<void> {
    const { source, broker, processes } = this
    const first = processes[0]
    switch (step) {
      case 'write':
        return source.emit('insert')
      case 'write many':
        for (let n = 0; n < 12; n++) source.emit('insert')
        return
      case 'idle':
        return source.idle()
      case 'wait':
        return pass(100)
      case 'wait long':
        return pass(4_000)
      case 'kill':
        first?.client.kill()
        if (first) this.ended.push(first.ingester.stop())
        processes.shift()
        return
      case 'end':
        if (first) this.ended.push(first.ingester.stop())
        processes.shift()
        return
      case 'freeze':
        first?.client.freeze()
        // the next one is looked at from now on
        if (first) processes.push(...processes.splice(0, 1))
        return
      case 'thaw':
        for (const { client } of processes) client.thaw()
        return
      case 'start':
        if (processes.length < 3) this.start()
        return
      case 'lose ack':
        if (first) first.client.losesAck = true
        return
      case 'lose tail':
        return broker.loseTail(Math.max(1, (broker.log?.messages.length ?? 0) - 3))
      case 'expire':
        return broker.expire(2)
      case 'delete':
        return broker.delete(Math.floor((broker.log?.messages.length ?? 0) / 2))
      case 'roll over':
        return source.lose(1)
    }
  }

  async stop(): Promise<void> {
    for (const { client } of this.processes) client.thaw()
    for (const { client, ingester } of this.processes) {
      client.kill()
      void ingester.stop()
    }
    this.source.isReachable = true
    await pass(100)
  }
}

/** A relay that reads all, from now on. */
class Reader {
  readonly tokens: string[] = []
  position: string | undefined
  error: RelayError | undefined
  isOpen = false
  readonly #stop = new AbortController()

  constructor({ broker }: Course, after?: string) {
    const { source } = createBackboneOrigin({ broker: broker.client(), name: 'b', mongo: undefined })
    const start = after === undefined ? 'now' : { after: fromTokenString(after) }
    void (async () => {
      for await (const event of source.watch({ ...WATCH, start }, this.#stop.signal)) {
        if (event.type === 'open') this.isOpen = true
        if (event.type !== 'batch') continue
        this.tokens.push(...event.events.map(({ resumeToken }) => resumeToken))
        this.position = event.position
      }
    })().catch((error: unknown) => {
      if (!this.#stop.signal.aborted) this.error = error as RelayError
    })
  }

  stop(): void {
    this.#stop.abort(new Error('The reader stops'))
  }
}

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    await settle(8)
    await vi.advanceTimersByTimeAsync(STEP_MS)
  }
  await settle(8)
}

describe('a log, whatever becomes of those who write it', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
  })
  afterEach(() => void vi.useRealTimers())

  const runs = (steps: readonly (Step | Loss)[], maxPayload: number | undefined, mayLose: boolean) => async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...steps), { minLength: 4, maxLength: 30 }), async (taken) => {
        const course = new Course(maxPayload)
        const readers = [new Reader(course)]
        await pass(200)
        await vi.waitFor(() => expect(readers[0]?.isOpen).toBe(true), { interval: 1 })
        course.source.emit('insert')
        for (const step of taken) {
          await course.take(step)
          await pass(step === 'wait' || step === 'wait long' ? 0 : 20)
        }
        // one who comes back with a token
        readers.push(new Reader(course, course.source.history[0]?.resumeToken))
        await course.take('thaw')
        course.start()
        await pass(12_000)
        course.source.emit('insert')
        await pass(6_000)
        try {
          const all = course.source.history.map(({ resumeToken }) => resumeToken)
          for (const [index, { tokens, error }] of readers.entries()) {
            const expected = all.slice(index === 0 ? 0 : 1)
            // what came is right, and nothing is missing before the end
            expect(tokens).toEqual(expected.slice(0, tokens.length))
            if (error) expect([error.code, mayLose]).toEqual(['HISTORY_LOST', true])
            else expect(tokens).toEqual(expected)
          }
          if (!mayLose) expectWhole(course)
        } finally {
          for (const reader of readers) reader.stop()
          await course.stop()
        }
      }),
      { numRuns: Number(process.env['COURSES'] ?? 12) },
    )
  }

  const inParts = 16_384 + 60

  it('has each event once, in order, whoever is frozen', runs(WITH_ZOMBIES, undefined, false), 300_000)
  it('has each event once, in order, whoever is frozen, in parts', runs(WITH_ZOMBIES, inParts, false), 300_000)
  it('has each event once, in order, when its end is lost', runs(WITH_LOST_ENDS, undefined, false), 300_000)
  it('has each event once, in order, when its end is lost, in parts', runs(WITH_LOST_ENDS, inParts, false), 300_000)
  it('says what is missing', runs([...STEPS, ...LOSSES], undefined, true), 300_000)
})

function expectWhole({ broker }: Course): void {
  const messages = broker.log?.messages.map(({ seq, header, data }) => readMessage(seq, header, data)) ?? []
  for (const [index, message] of messages.entries()) {
    if (index > 0) expect(message.before).toBe(messages[index - 1]?.last)
  }
}
