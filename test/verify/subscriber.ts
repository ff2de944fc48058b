import type { Interest, SubscriberRecord } from './check.ts'
import { type SeenEvent, toSeenEvent } from './events.ts'
import type { Random } from '../support/random/random.ts'
import type { Wire, WireEvents, WireRequest } from './wire.ts'

/** How a subscriber behaves: reads steadily, stops reading at times, leaves and comes back at once, or after long. */
export type Habit = 'steady' | 'slow' | 'returning' | 'late'

/** What a subscriber is made of. */
export interface SubscriberOptions {
  readonly open: (request: WireRequest, events: WireEvents) => Wire
  /** Where the relay is now: asked for at each connection. */
  readonly graphqlUrl: () => string
  readonly db: string
  readonly interest: Interest
  readonly habit: Habit
  readonly random: Random
  /** Where it starts: a BSON timestamp in the relay's input form. */
  readonly startAt: unknown
  /** Where to start after an announced loss. */
  readonly now: () => Promise<unknown>
  /** How long one that is late stays away, in milliseconds; it stays connected for a tenth of that. */
  readonly awayMs: number
}

/** A subscriber at work, which comes back with its last token whatever happens. */
export interface Subscriber {
  readonly habit: Habit
  readonly record: SubscriberRecord
  /** Whether it has received an event of this content. */
  has(content: string): boolean
  /** What the relay's errors said, with how often. */
  readonly codes: ReadonlyMap<string, number>
  /** Ends habits: from now on it reads steadily, and comes back if it is away. */
  settle(): void
  stop(): void
}

interface OpenRecord {
  startAfter?: string
  readonly events: SeenEvent[]
  announcedLoss: boolean
}

/** Starts a subscriber. */
export function startSubscriber(options: SubscriberOptions): Subscriber {
  const { open, db, interest, habit, random, now, awayMs } = options
  const connections: OpenRecord[] = []
  const contents = new Set<string>()
  const codes = new Map<string, number>()
  let startAt = options.startAt
  let token: string | undefined
  let wire: Wire | undefined
  let reconnect: NodeJS.Timeout | undefined
  let whim: NodeJS.Timeout | undefined
  let isSettled = habit === 'steady'
  let isOver = false

  function connect(): void {
    reconnect = undefined
    const record: OpenRecord = {
      events: [],
      announcedLoss: false,
      ...(token === undefined ? {} : { startAfter: token }),
    }
    connections.push(record)
    const start = token === undefined ? { startAtOperationTime: startAt } : { startAfter: token }
    const { operationTypes } = interest
    const filter = operationTypes ? { operationTypes: [...operationTypes] } : {}
    const where = { 'documentKey._id.g': { $in: [...interest.groups] } }
    wire = open(
      { graphqlUrl: options.graphqlUrl(), variables: { db, coll: 'c', where, ...filter, ...start } },
      {
        onChange(change) {
          const event = toSeenEvent(change.resumeToken, change)
          record.events.push(event)
          contents.add(event.content)
          token = change.resumeToken
        },
        onEnd: (code) => void end(record, code),
      },
    )
  }

  async function end(record: OpenRecord, code: string | undefined): Promise<void> {
    wire = undefined
    if (code !== undefined) codes.set(code, (codes.get(code) ?? 0) + 1)
    if (code === 'HISTORY_LOST') {
      record.announcedLoss = true
      token = undefined
      startAt = await now()
    }
    comeBack(50 + random.below(200))
  }

  function comeBack(delayMs: number): void {
    if (!isOver) reconnect = setTimeout(connect, delayMs)
  }

  function scheduleWhim(): void {
    if (habit !== 'steady' && !isSettled)
      whim = setTimeout(act, (habit === 'late' ? awayMs / 10 : 300) + random.below(1_500))
  }

  // a whim while disconnected does nothing but wait for the next one
  function act(): void {
    if (habit === 'slow') {
      const stopped = wire
      stopped?.setReading(false)
      whim = setTimeout(
        () => {
          stopped?.setReading(true)
          scheduleWhim()
        },
        200 + random.below(2_000),
      )
      return
    }
    // one that leaves before it was served would get nowhere, and prove nothing
    if (wire && (connections.at(-1)?.events.length ?? 0) > 0) {
      wire.close()
      wire = undefined
      comeBack(habit === 'late' ? awayMs : random.below(100))
    }
    scheduleWhim()
  }

  connect()
  scheduleWhim()
  return {
    habit,
    codes,
    record: { interest, connections },
    has: (content) => contents.has(content),
    settle() {
      isSettled = true
      clearTimeout(whim)
      wire?.setReading(true)
      if (!reconnect) return
      clearTimeout(reconnect)
      connect()
    },
    stop() {
      isOver = true
      clearTimeout(whim)
      clearTimeout(reconnect)
      wire?.close()
    },
  }
}
