import type { Collection, Db } from 'mongodb'
import { type TestProcess, startProcess } from '../support/process/start-process.ts'
import { DB } from './database.ts'
import { openBenchDeployment } from './deployment.ts'
import type { ServerName } from './servers/process.ts'
import type { OpenRequest } from './subscribers-process.ts'

/** A deployment, one of the compared servers and its subscribers, each in a fresh process, and all of them warm. */
export interface Rig {
  readonly database: Db
  /** What the subscribers watch. */
  readonly collection: Collection<BenchDocument>
  readonly server: TestProcess
  readonly subscribers: TestProcess
  /** Settles when each subscriber has so many events. */
  received(count: number): Promise<void>
}

/** What the benchmarks insert; an event of it takes about 500 bytes. */
export interface BenchDocument {
  readonly n: number
  /** When it was inserted, in milliseconds since 1970, with fractions. */
  readonly at: number
  readonly pad: string
  readonly warm?: number
}

/** The number of the document that ends a run. */
export const LAST = -10

/** A document to insert now. */
export function benchDocument(n: number, padBytes = 300): BenchDocument {
  return { n, at: performance.timeOrigin + performance.now(), pad: 'x'.repeat(padBytes) }
}

/** How a rig is set up. */
export interface RigOptions extends Pick<OpenRequest, 'count' | 'cohorts'> {
  readonly server: ServerName
}

/** Runs something on a fresh rig, whose every subscriber has received an event already. */
export async function onRig<T>(options: RigOptions, run: (rig: Rig) => Promise<T>): Promise<T> {
  const deployment = await openBenchDeployment()
  const server = startProcess(new URL('./servers/process.ts', import.meta.url))
  const subscribers = startProcess(new URL('./subscribers-process.ts', import.meta.url))
  const database = deployment.client.db(DB)
  const collection = database.collection<BenchDocument>('c')
  try {
    const uri = deployment.uri
    const url = await server.ask<string>('start', { name: options.server, uri })
    await subscribers.ask('open', { url, count: options.count, cohorts: options.cohorts } satisfies OpenRequest)
    await warmUp(collection, [subscribers])
    return await run({
      database,
      collection,
      server,
      subscribers,
      received: (count) => subscribers.ask('expect', count),
    })
  } finally {
    await subscribers.stop()
    await server.stop()
    await deployment.stop()
  }
}

/** Has every subscriber of these processes receive some events, so that what is measured then is compiled. */
export async function warmUp(
  collection: Collection<BenchDocument>,
  subscribers: readonly TestProcess[],
): Promise<void> {
  // several times: the first executions are not compiled yet
  let rounds = 0
  for (let warm = 1; rounds < 5; warm++) {
    if (warm > 120) throw new Error('The subscribers do not receive events')
    const answers = Promise.all(subscribers.map((process) => process.ask<boolean>('warm', warm)))
    await collection.insertOne({ ...benchDocument(0), warm })
    if ((await answers).every(Boolean)) rounds++
  }
  for (const process of subscribers) await process.ask('reset')
}
