import { setImmediate as turn } from 'node:timers/promises'
import { expect } from 'vitest'
import { RelayError } from '../../../../src/errors.ts'
import { NO_IMAGES } from '../../../../src/relay/changes/images.ts'
import { fromTokenString } from '../../../../src/relay/changes/tokens/resume-token.ts'
import type { CohortSpec } from '../../../../src/relay/feed/cohort.ts'
import { createPayloadCache } from '../../../../src/relay/feed/filters/payload-cache.ts'
import { createFilterBudget } from '../../../../src/relay/feed/filters/filter-budget.ts'
import type { ChangesRequest } from '../../../../src/relay/feed/request.ts'
import { createSharedStream, type SharedStream } from '../../../../src/relay/feed/shared-stream.ts'
import type { Batch } from '../../../../src/relay/feed/sink.ts'
import { createCounters } from '../../../../src/relay/feed/stats.ts'
import { createFairSemaphore } from '../../../../src/util/waiting/fair-semaphore.ts'
import { watchSlowConsumers } from '../../../../src/relay/feed/waiting/slow-consumers.ts'
import { DEFAULTS } from '../../../../src/relay/options/values.ts'
import { createQuota } from '../../../../src/util/quota.ts'
import { BoundedSink } from './bounded-sink.ts'
import { FakeSource } from './fake-source.ts'

/**
 * What the cohorts get: everything; everything with interruptions; inserts alone, and an end at each `replace`;
 * everything, without the notice that it has started; inserts alone, with positions.
 */
export const COHORTS = ['all', 'interruptions', 'inserts', 'silent', 'positions'] as const

/** One subscriber and what it got. */
export class Reader extends BoundedSink {
  readonly got: (readonly [type: string, token: string])[] = []
  readonly cohort: (typeof COHORTS)[number]
  /** The token that it starts after, where it is given one. */
  startsAfter: string | undefined
  /** The position that it began at, where no event says so. */
  beganAt: string | undefined
  /** Positions that it could be continued from, with how much it had got then. */
  readonly positions: (readonly [count: number, position: string])[] = []

  constructor(cohort: (typeof COHORTS)[number], capacity: number) {
    super(capacity)
    this.cohort = cohort
  }

  begin(position: string): void {
    expect([this.beganAt, this.got.length, this.cohort]).toEqual([undefined, 0, 'silent'])
    this.beganAt = position
    expect(this.subscription?.position()).toBe(position)
  }

  notePosition(): void {
    const position = this.subscription?.position()
    if (position !== undefined) this.positions.push([this.got.length, position])
  }

  protected take({ payloads, tokens }: Batch): void {
    expect(this.isClosed || this.error !== undefined).toBe(false)
    // made by the cohort below
    for (const payload of payloads) this.got.push(JSON.parse(payload.toString()) as [string, string])
    expect(tokens).toEqual(this.got.slice(-tokens.length).map(([, token]) => token))
  }
}

/** How a rig differs. */
export interface RigOptions {
  readonly warmStartMs?: number
  /** Does something to the source before it is read. */
  readonly before?: (source: FakeSource) => void
}

/** A shared stream over a source that stands for a server, with a window of ten events. */
export function createRig({ warmStartMs = 0, before = () => {} }: RigOptions = {}) {
  const source = new FakeSource()
  before(source)
  const now = () => performance.now()
  const counters = createCounters()
  const limits = { ...DEFAULTS, warmStartMs, windowEvents: 10, startTimeoutMs: Infinity, outageLimitMs: Infinity }
  const slow = watchSlowConsumers({
    limitMs: Infinity,
    now,
    onRelieved: (subscriber) => subscriber.resume(),
    onTooSlow: (subscriber) => subscriber.close(),
  })
  const stream = createSharedStream({
    resources: {
      source,
      limits,
      counters,
      slow,
      cache: createPayloadCache(limits.encodedBytes),
      catchUpTurns: createFairSemaphore({ count: 2, turnMs: 0, now }),
      catchUps: createQuota(3),
      filterBudget: createFilterBudget(Infinity, now),
      onReceived: undefined,
      onDelivered: undefined,
      tracing: { trace: undefined, spans: new WeakMap() },
      onEnded: () => {},
      atLimit: (message) => new RelayError('LIMIT_EXCEEDED', message),
    },
    scope: { db: 'shop', coll: 'orders' },
    showExpandedEvents: false,
    images: NO_IMAGES,
    on: () => {},
  })

  return {
    source,
    stream,
    stop() {
      stream.stop(new RelayError('SHUTTING_DOWN', 'Over'))
      slow.stop()
    },
    subscribe(reader: Reader, owner: string, start: number | ChangesRequest['start']): void {
      const { cohort } = reader
      const token = typeof start === 'number' ? source.history[start]?.resumeToken : undefined
      reader.startsAfter = token
      const request: ChangesRequest = {
        scope: stream.scope,
        chosen: { ...NO_IMAGES, showExpandedEvents: false },
        owner,
        start: token !== undefined ? { after: fromTokenString(token) } : typeof start === 'number' ? 'now' : start,
        announceStart: cohort !== 'silent',
        announceInterruptions: cohort === 'interruptions',
        announcePositions: cohort === 'positions',
        ...(cohort === 'positions' ? { operationTypes: new Set(['insert']) } : {}),
        ...(cohort === 'inserts' ? { operationTypes: new Set(['insert', 'replace']) } : {}),
      }
      reader.subscription = stream.subscribe(request, specOf(cohort), reader, false)
    },
  }
}

/** Waits until the streams have had a few replies. */
export async function settle(turns: number): Promise<void> {
  for (let n = 0; n < turns; n++) await turn()
}

/** Each subscriber is kept where its state says, and those whose sinks are full are looked after. */
export function expectKeptByState({ cohorts, behind, size, resources }: SharedStream): void {
  let count = 0
  let stuck = 0
  const found = new Set()
  for (const { live, others } of cohorts.values()) {
    count += live.size + others.size
    for (const { state } of live) expect(state).toBe('live')
    for (const subscriber of others) {
      expect(['starting', 'behind', 'stuck', 'catchingUp']).toContain(subscriber.state)
      if (subscriber.state === 'behind') found.add(subscriber)
      if (subscriber.state === 'stuck') stuck++
    }
  }
  expect(count).toBe(size)
  expect(behind).toEqual(found)
  expect(resources.slow.count).toBe(stuck)
}

function specOf(key: (typeof COHORTS)[number]): CohortSpec {
  return {
    key,
    encode({ event, resumeToken }) {
      const type = event.value('operationType')
      if (key === 'inserts' && type === 'replace') {
        return new RelayError('EVENT_TOO_LARGE', 'Too large', { resumeToken })
      }
      return Buffer.from(JSON.stringify([type, resumeToken]))
    },
  }
}
