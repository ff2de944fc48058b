import type { Interest, SubscriberRecord } from './check.ts'
import { type SeenEvent, toSeenEvent } from './events.ts'
import type { Random } from '../support/random/random.ts'
import { followHabit, type Habit, type HabitOptions } from './habits.ts'
import type { Wire, WireEvents, WireRequest } from './wire.ts'

/** What a subscriber is made of. */
export interface SubscriberOptions {
  readonly open: (request: WireRequest, events: WireEvents) => Wire
  readonly graphqlUrl: string
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

  const connect: HabitOptions['connect'] = (onEnd) => {
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
    const wire = open(
      { graphqlUrl: options.graphqlUrl, variables: { db, coll: 'c', where, ...filter, ...start } },
      {
        onChange(change) {
          const event = toSeenEvent(change.resumeToken, change)
          record.events.push(event)
          contents.add(event.content)
          token = change.resumeToken
        },
        onEnd: (code) => onEnd(note(record, code)),
      },
    )
    return { wire, isServed: () => record.events.length > 0 }
  }

  async function note(record: OpenRecord, code: string | undefined): Promise<void> {
    if (code !== undefined) codes.set(code, (codes.get(code) ?? 0) + 1)
    if (code !== 'HISTORY_LOST') return
    record.announcedLoss = true
    token = undefined
    startAt = await now()
  }

  const following = followHabit({ habit, random, awayMs, connect })
  return {
    habit,
    codes,
    record: { interest, connections },
    has: (content) => contents.has(content),
    ...following,
  }
}
