import type { Random } from '../support/random/random.ts'
import { followHabit, type Habit } from './habits.ts'
import { applyTo, type State } from './state.ts'
import type { Wire, WireEvents, WireRequest } from './wire.ts'

/** What a keeper is made of. */
export interface KeeperOptions {
  readonly open: (request: WireRequest, events: WireEvents) => Wire
  readonly graphqlUrl: string
  readonly db: string
  /** What it keeps, as a filter on documents; absent: all of the collection. */
  readonly filter: Readonly<Record<string, unknown>> | undefined
  readonly habit: Habit
  readonly random: Random
  readonly awayMs: number
}

/** A subscriber that keeps a copy of the collection, or of what matches in it, and continues it whatever happens. */
export interface Keeper {
  readonly filter: Readonly<Record<string, unknown>>
  readonly state: State
  /** How often it has had to forget what it had. */
  renewals(): number
  /** Codes of errors that it was ended with, of those that do not pass by themselves. */
  readonly refusals: readonly string[]
  settle(): void
  stop(): void
}

/** What ends a connection and not the subscription. */
const PASSING = new Set(['SHUTTING_DOWN', 'UPSTREAM_FAILED', 'SLOW_CONSUMER', 'LIMIT_EXCEEDED'])

/** Starts a keeper. */
export function startKeeper({ open, graphqlUrl, db, filter, habit, random, awayMs }: KeeperOptions): Keeper {
  const state = new Map<string, string>()
  const refusals: string[] = []
  let renewals = 0
  let token: string | undefined
  const where =
    filter && Object.fromEntries(Object.entries(filter).map(([path, value]) => [`fullDocument.${path}`, value]))
  const variables = { db, coll: 'c', snapshot: 'ON_HISTORY_LOST', ...(where ? { where } : {}) }

  const following = followHabit({
    habit,
    random,
    awayMs,
    connect(onEnd) {
      let isServed = false
      const wire = open(
        {
          graphqlUrl,
          variables: { ...variables, ...(token === undefined ? {} : { startAfter: token }) },
        },
        {
          onChange(change) {
            isServed = true
            token = change.resumeToken
            if (change.operationType === 'snapshotStart') renewals++
            applyTo(state, change)
          },
          onEnd(code) {
            if (code !== undefined && !PASSING.has(code)) refusals.push(code)
            onEnd()
          },
        },
      )
      return { wire, isServed: () => isServed }
    },
  })
  return { filter: filter ?? {}, state, refusals, renewals: () => renewals, ...following }
}
