import { checkSubscriber, isKept, type SubscriberRecord } from './check.ts'
import type { SeenEvent } from './events.ts'
import { MUTATIONS } from './mutations.ts'
import { applyTo, differences, type StateEvent, stateOfDocuments } from './state.ts'
import { Random } from '../support/random/random.ts'

const EVENTS = 10_000

/** What became of one falsification. */
export interface SelfTestResult {
  readonly name: string
  readonly caught: boolean
}

/**
 * Shows that the check can fail: takes a perfect record of 10,000 events over several connections, falsifies one of
 * them at a time, and tells whether it is found as what it is. The first result is the perfect record itself, which
 * must pass.
 */
export function selfTest(seed: number): SelfTestResult[] {
  const random = new Random(seed)
  const oracle = Array.from({ length: EVENTS }, (_, i): SeenEvent => {
    return { token: `82${i.toString(16).padStart(8, '0')}`, operationType: 'insert', group: 0, content: `${i}` }
  })
  const record = perfectRecord(oracle, 4)
  const passes = { name: 'a perfect record passes', caught: isKept(checkSubscriber(oracle, record)) }
  const mutations = MUTATIONS.map(({ name, countedAs, falsify }) => {
    const findings = checkSubscriber(oracle, falsify(record, random))
    return { name, caught: findings[countedAs] === 1 && !isKept(findings) }
  })
  return [passes, ...mutations, ...copySelfTest(random)]
}

/** The same for the comparison of copies: an event that is left out, each of which decides about a document. */
function copySelfTest(random: Random): SelfTestResult[] {
  const documents = Array.from({ length: 100 }, (_, i) => ({ _id: i, v: random.below(1_000) }))
  const events: StateEvent[] = documents.flatMap((fullDocument) => {
    const documentKey = { _id: fullDocument._id }
    const update = { operationType: 'update', documentKey, fullDocument }
    const isThere = fullDocument._id % 3 > 0
    return [
      { operationType: 'snapshot', documentKey, fullDocument: { ...fullDocument, v: -1 } },
      isThere ? update : { operationType: 'delete', documentKey },
    ]
  })
  const expected = stateOfDocuments(documents.filter(({ _id }) => _id % 3 > 0))
  const differ = (applied: readonly StateEvent[]) => {
    const state = new Map<string, string>()
    for (const event of applied) applyTo(state, event)
    return differences(state, expected)
  }
  // those after the snapshot
  const last = events.flatMap(({ operationType }, index) => (operationType === 'snapshot' ? [] : [index]))
  const areCaught = last.every((index) => differ(events.toSpliced(index, 1)) === 1)
  return [
    { name: 'a perfect copy passes', caught: differ(events) === 0 },
    { name: 'an event that a copy lacks is caught', caught: areCaught },
  ]
}

function perfectRecord(oracle: readonly SeenEvent[], connections: number): SubscriberRecord {
  const size = oracle.length / connections
  return {
    interest: { groups: new Set([0]) },
    connections: Array.from({ length: connections }, (_, i) => {
      const startAfter = oracle[i * size - 1]?.token
      const events = oracle.slice(i * size, (i + 1) * size)
      return { events, announcedLoss: false, ...(startAfter === undefined ? {} : { startAfter }) }
    }),
  }
}
