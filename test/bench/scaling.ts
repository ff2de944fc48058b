import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import type { Collection } from 'mongodb'
import { startProcess, type TestProcess } from '../support/process/start-process.ts'
import { DB } from './database.ts'
import { openBenchDeployment } from './deployment.ts'
import { median, printMarkdown } from './figures.ts'
import { startProgram } from './programs/start-program.ts'
import { type BenchDocument, benchDocument, warmUp } from './rig.ts'
import type { OpenRequest } from './subscribers-process.ts'

const ROUNDS = 3
/** Processes that the subscribers are in, so that they are not what is waited for. */
const CLIENTS = 2
const MAIN = resolve(import.meta.dirname, '../../dist/main.js')

interface Load {
  readonly title: string
  readonly subscribers: number
  /** How many different filters they have. 0: none. */
  readonly cohorts: number
  readonly events: number
  readonly burst: number
  /** How many numbers each document has besides. */
  readonly fields: number
}

const LOADS: readonly Load[] = [
  { title: '1,000 subscribers, one event at a time', subscribers: 1_000, cohorts: 0, events: 100, burst: 1, fields: 0 },
  {
    title: '200 subscribers, each with a filter of its own, 300 documents of 60 fields at once',
    subscribers: 200,
    cohorts: 200,
    // all at once, so that no worker waits for the next ones
    events: 300,
    burst: 300,
    fields: 60,
  },
]

/** What delivering took. */
interface Cost {
  readonly perSecond: number
  /** CPU of the primary and all workers, for each delivery. */
  readonly cpuMicros: number
  /** The same of the processes with the subscribers. */
  readonly clientMicros: number
}

/** How many events the program delivers per second with one process, and with several workers. */
export async function benchScaling(): Promise<void> {
  const cores = availableParallelism()
  const counts = [1, 2, 4, 8, 16, 32, 64].filter((count) => count <= Math.max(2, cores))
  console.log(
    `\n${cores} cores, which workers share with the engine and ${CLIENTS} processes of subscribers: there is no room for more deliveries once all are busy.`,
  )
  for (const load of LOADS) {
    const costs = new Map<number, Cost[]>(counts.map((count) => [count, []]))
    for (let round = 0; round < ROUNDS; round++) {
      // every other round the other way round, so that a warming or busy machine favours none
      for (const count of round % 2 ? counts.toReversed() : counts) costs.get(count)?.push(await measure(load, count))
    }
    print(load, costs)
  }
}

function print({ title }: Load, costs: ReadonlyMap<number, readonly Cost[]>): void {
  const of = (count: number, figure: keyof Cost) => median((costs.get(count) ?? []).map((cost) => cost[figure]))
  printMarkdown(
    [title, 'deliveries per second', 'each round', 'against one', 'CPU, µs per delivery', 'of the subscribers'],
    [...costs].map(([count, all]) => [
      count === 1 ? 'one process' : `${count} workers`,
      thousands(of(count, 'perSecond')),
      all.map(({ perSecond }) => thousands(perSecond)).join(' / '),
      `${(of(count, 'perSecond') / of(1, 'perSecond')).toFixed(2)} ×`,
      of(count, 'cpuMicros').toFixed(1),
      of(count, 'clientMicros').toFixed(1),
    ]),
  )
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en')
}

async function measure(load: Load, workers: number): Promise<Cost> {
  const { subscribers, cohorts, events } = load
  const deployment = await openBenchDeployment()
  const args = ['--port', '0', '--ns', `${DB}.c`, '--workers', String(workers)]
  const program = await startProgram([process.execPath, MAIN, ...args], deployment.uri)
  const clients = Array.from({ length: CLIENTS }, () =>
    startProcess(new URL('./subscribers-process.ts', import.meta.url)),
  )
  const collection = deployment.client.db(DB).collection<BenchDocument>('c')
  const used = async () => {
    const usages = await Promise.all(clients.map((client) => client.usage()))
    return { cpuMs: program.cost().cpuMs, clientMicros: usages.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0) }
  }
  try {
    const url = `${program.origin.replace('http', 'ws')}/graphql`
    // one process after the other, so that each worker gets as many subscribers as the next
    for (const client of clients) {
      await client.ask('open', { url, count: subscribers / CLIENTS, cohorts } satisfies OpenRequest)
    }
    await warmUp(collection, clients)
    // as many before: each worker compiles for itself, and a few events are not enough for that
    for (let sent = 0; sent < events; sent += load.burst) await deliver(collection, clients, sent, load)
    const before = await used()
    const startMs = performance.now()
    for (let sent = events; sent < 2 * events; sent += load.burst) await deliver(collection, clients, sent, load)
    const seconds = (performance.now() - startMs) / 1_000
    const after = await used()
    const deliveries = events * subscribers
    return {
      perSecond: deliveries / seconds,
      cpuMicros: ((after.cpuMs - before.cpuMs) * 1_000) / deliveries,
      clientMicros: (after.clientMicros - before.clientMicros) / deliveries,
    }
  } finally {
    for (const client of clients) await client.stop()
    await program.stop()
    await deployment.stop()
  }
}

async function deliver(
  collection: Collection<BenchDocument>,
  clients: readonly TestProcess[],
  from: number,
  { burst, fields }: Load,
): Promise<void> {
  const numbers = Object.fromEntries(Array.from({ length: fields }, (_, n) => [`field${n}`, n * 1.5]))
  const all = clients.map((client) => client.ask('expect', from + burst))
  await collection.insertMany(Array.from({ length: burst }, (_, i) => ({ ...benchDocument(from + i), ...numbers })))
  await Promise.all(all)
}
