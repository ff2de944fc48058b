import type { ConnectionRecord, Findings, SubscriberRecord } from './check.ts'
import type { Random } from '../support/random/random.ts'

/** A lie about what a subscriber received, which the check must find. */
export interface Mutation {
  /** What shall be true of the check. */
  readonly name: string
  /** What it must be counted as. */
  readonly countedAs: keyof Findings
  /** Falsifies a record that has at least two connections with four events each. */
  falsify(record: SubscriberRecord, random: Random): SubscriberRecord
}

/** One of each kind of failure that the contract forbids. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a dropped event is caught',
    countedAs: 'missing',
    falsify: inOneConnection((events, random) => events.toSpliced(random.below(events.length), 1)),
  },
  {
    name: 'two swapped events are caught',
    countedAs: 'outOfOrder',
    falsify: inOneConnection((events, random) => {
      const at = random.below(events.length - 1)
      return events.toSpliced(at, 2, ...events.slice(at, at + 2).reverse())
    }),
  },
  {
    name: 'a repeated event is caught',
    countedAs: 'duplicated',
    falsify: inOneConnection((events, random) => {
      const at = random.below(events.length)
      return events.toSpliced(at, 0, ...events.slice(at, at + 1))
    }),
  },
  {
    name: 'an event skipped after a resume is caught',
    countedAs: 'missing',
    falsify: ({ interest, connections }) => ({
      interest,
      connections: connections.map((one, i) => (i === 1 ? { ...one, events: one.events.slice(1) } : one)),
    }),
  },
  {
    name: 'an event repeated after a resume is caught',
    countedAs: 'duplicated',
    falsify: ({ interest, connections }) => ({
      interest,
      connections: connections.map((one, i) => {
        const last = connections[i - 1]?.events.slice(-1) ?? []
        return i === 1 ? { ...one, events: [...last, ...one.events] } : one
      }),
    }),
  },
  {
    name: 'an altered event is caught',
    countedAs: 'invented',
    falsify: inOneConnection((events, random) => {
      const at = random.below(events.length)
      return events.map((event, i) => (i === at ? { ...event, content: `${event.content} ` } : event))
    }),
  },
]

type Events = ConnectionRecord['events']

function inOneConnection(change: (events: Events, random: Random) => Events): Mutation['falsify'] {
  return ({ interest, connections }, random) => {
    const chosen = random.below(connections.length)
    const changed = connections.map((one, i) => (i === chosen ? { ...one, events: change(one.events, random) } : one))
    return { interest, connections: changed }
  }
}
