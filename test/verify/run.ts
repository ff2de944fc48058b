import { setTimeout as delay } from 'node:timers/promises'
import { checkSubscriber, type Findings, type Interest, sumFindings } from './check.ts'
import { openEventStream } from './event-stream-wire.ts'
import { type Fault, obstacle } from './faults.ts'
import { type Oracle, startOracle } from './oracle.ts'
import { createProbes } from './probes.ts'
import { Random } from '../support/random/random.ts'
import { type Rig, startRig } from './rig.ts'
import type { Habit } from './habits.ts'
import { type Keeper, startKeeper } from './keeper.ts'
import { differences, stateOfDocuments } from './state.ts'
import { startSubscriber, type Subscriber } from './subscriber.ts'
import { openWebSocket } from './web-socket-wire.ts'
import { GROUPS, type Numbered, PROBE_GROUP, startWriters, type Writers } from './writers.ts'

/** What to verify. */
export interface RunOptions {
  /** Whether the relay reads from a backbone, which two ingesters write. Default: from MongoDB. */
  readonly hasBackbone?: boolean
  /** Determines who subscribes to what, what is written, and what goes wrong. */
  readonly seed: number
  readonly subscribers: number
  /** Subscribers besides, who keep a copy of the collection. */
  readonly keepers: number
  /** Writes per second. */
  readonly rate: number
  /** What goes wrong, in this order. */
  readonly faults: readonly Fault[]
  /** How long a subscriber that is late stays away, in milliseconds. */
  readonly awayMs: number
  /** How long the subscribers may take to recover from a fault, in milliseconds. */
  readonly recoveryLimitMs: number
}

/**
 * How long the subscribers took after a fault until each had what was written after it; absent: longer than allowed.
 */
export interface Recovery {
  readonly fault: string
  readonly recoveryMs?: number
}

/** What was found. */
export interface RunReport {
  readonly findings: Findings
  readonly byHabit: ReadonlyMap<Habit, Findings>
  readonly recoveries: readonly Recovery[]
  /** Faults that could not be injected here, with the reason. */
  readonly skipped: ReadonlyMap<string, string>
  /** Writes that the server acknowledged, and events that the oracle saw: alike, or the oracle is none. */
  readonly acknowledged: number
  readonly seen: number
  /** How many connections the subscribers made. */
  readonly connections: number
  readonly codes: ReadonlyMap<string, number>
  readonly copies: Copies
}

/** What became of the copies that were kept of the collection. */
export interface Copies {
  readonly keepers: number
  /** Documents in all of them together. */
  readonly documents: number
  /** How often one of them was told to forget it, and had it anew. */
  readonly renewals: number
  /** Documents that are missing, too many, or another version: forbidden. */
  readonly different: number
  /** Errors that ended a keeper's subscription, besides those that pass: forbidden. */
  readonly refusals: readonly string[]
}

const HABITS: readonly [Habit, ...Habit[]] = ['steady', 'steady', 'slow', 'returning', 'late']

/** Runs writers, subscribers and faults, then checks each subscriber's record against the oracle. */
export async function run(options: RunOptions): Promise<RunReport> {
  const random = new Random(options.seed)
  const rig = await startRig(options.hasBackbone)
  const subscribers: Subscriber[] = []
  const keepers: Keeper[] = []
  let oracle: Oracle | undefined
  let writers: Writers | undefined
  try {
    const start = await rig.operationTime()
    oracle = await startOracle(rig.client, rig.db, start)
    const startAt = toInput(start)
    for (let i = 0; i < options.subscribers; i++) subscribers.push(subscribe(rig, options, random.fork(), startAt, i))
    for (let i = 0; i < options.keepers; i++) keepers.push(keep(rig, options, random.fork()))
    writers = startWriters(rig.client, rig.db, options.rate, random.fork())

    const recoveries: Recovery[] = []
    const skipped = new Map<string, string>()
    const attentive = subscribers.filter(({ habit }) => habit === 'steady')
    const probes = createProbes(rig, oracle)
    const probe = async (fault: string, whom: readonly Subscriber[]) => {
      const recoveryMs = await probes.recover(whom, options.recoveryLimitMs)
      recoveries.push({ fault, ...(recoveryMs === undefined ? {} : { recoveryMs }) })
    }
    await probe('(start)', attentive)
    for (const fault of options.faults) {
      const reason = obstacle(fault, rig)
      if (reason !== undefined) {
        skipped.set(fault.name, reason)
        continue
      }
      await delay(200 + random.below(600))
      await fault.inject(rig)
      await probe(fault.name, attentive)
    }
    await writers.stop()
    for (const one of [...subscribers, ...keepers]) one.settle()
    await probe('(all come back)', subscribers)
    const copies = await compare(rig, keepers, options.recoveryLimitMs)
    const acknowledged = writers.acknowledged() + probes.written()
    return { ...report(subscribers, oracle), recoveries, skipped, acknowledged, copies }
  } finally {
    // thrown above already
    await writers?.stop().catch(() => undefined)
    for (const one of [...subscribers, ...keepers]) one.stop()
    await oracle?.stop()
    await rig.stop()
  }
}

function subscribe(rig: Rig, options: RunOptions, random: Random, startAt: unknown, i: number): Subscriber {
  return startSubscriber({
    open: random.below(2) === 0 ? openWebSocket : openEventStream,
    graphqlUrl: rig.graphqlUrls[i % rig.graphqlUrls.length] ?? '',
    db: rig.db,
    interest: chooseInterest(random),
    habit: random.pick(HABITS),
    random,
    startAt,
    now: async () => toInput(await rig.operationTime()),
    awayMs: options.awayMs,
  })
}

function keep(rig: Rig, options: RunOptions, random: Random): Keeper {
  return startKeeper({
    open: random.below(2) === 0 ? openWebSocket : openEventStream,
    graphqlUrl: rig.graphqlUrls[0],
    db: rig.db,
    filter: random.pick([undefined, { odd: true }, { '_id.g': random.below(GROUPS), odd: false }]),
    habit: random.pick(HABITS),
    random,
    awayMs: options.awayMs,
  })
}

// what was written last may be on its way
async function compare(rig: Rig, keepers: readonly Keeper[], limitMs: number): Promise<Copies> {
  const collection = rig.client.db(rig.db).collection<Numbered>('c')
  const until = performance.now() + limitMs
  let different = 0
  let documents = 0
  for (const { filter, state } of keepers) {
    const expected = stateOfDocuments(await collection.find(filter).toArray())
    while (differences(state, expected) > 0 && performance.now() < until) await delay(20)
    different += differences(state, expected)
    documents += expected.size
  }
  return {
    keepers: keepers.length,
    documents,
    renewals: keepers.reduce((sum, one) => sum + one.renewals(), 0),
    different,
    refusals: keepers.flatMap(({ refusals }) => refusals),
  }
}

// few enough different ones that some subscribers share a cohort
function chooseInterest(random: Random): Interest {
  const groups = new Set([PROBE_GROUP, random.below(GROUPS), random.below(GROUPS)])
  return random.below(2) === 0 ? { groups } : { groups, operationTypes: new Set(['insert', 'delete']) }
}

function report(
  subscribers: readonly Subscriber[],
  oracle: Oracle,
): Omit<RunReport, 'recoveries' | 'skipped' | 'acknowledged' | 'copies'> {
  const checked = subscribers.map(({ habit, record }) => ({ habit, findings: checkSubscriber(oracle.events, record) }))
  const of = (habit: Habit) => checked.flatMap((one) => (one.habit === habit ? [one.findings] : []))
  const codes = new Map<string, number>()
  for (const subscriber of subscribers) {
    for (const [code, count] of subscriber.codes) codes.set(code, (codes.get(code) ?? 0) + count)
  }
  return {
    findings: sumFindings(checked.map(({ findings }) => findings)),
    byHabit: new Map([...new Set(HABITS)].map((habit) => [habit, sumFindings(of(habit))])),
    seen: oracle.events.length,
    connections: subscribers.reduce((sum, { record }) => sum + record.connections.length, 0),
    codes,
  }
}

function toInput({ t, i }: { readonly t: number; readonly i: number }): unknown {
  return { t, i: i + 1 }
}
