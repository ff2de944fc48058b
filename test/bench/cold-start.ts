import type { Timestamp } from 'mongodb'
import { DB } from './database.ts'
import { type BenchDeployment, openBenchDeployment } from './deployment.ts'
import { median, printMarkdown } from './figures.ts'
import type { ProcessCost } from './programs/process-cost.ts'
import { type BenchProgram, COLD_STARTS } from './programs/servers.ts'
import { startProgram } from './programs/start-program.ts'

const ROUNDS = 11

/** How long a start may take, in milliseconds. */
const PATIENCE_MS = 30_000

/** One start, up to the first event that was delivered; times are in milliseconds since the process was spawned. */
interface ColdStart extends ProcessCost {
  readonly listensMs: number
  readonly deliversMs: number
}

/**
 * How long it takes from the start of a process until a subscriber, over server-sent events, has an event that had
 * happened before: what a function does that is called.
 */
export async function benchColdStart(): Promise<void> {
  const deployment = await openBenchDeployment()
  const starts = new Map<BenchProgram, ColdStart[]>(COLD_STARTS.map((server) => [server, []]))
  try {
    const query = await replayed(deployment)
    // the first round fills the system's caches of files
    for (let round = 0; round <= ROUNDS; round++) {
      for (const server of round % 2 ? COLD_STARTS.toReversed() : COLD_STARTS) {
        const start = await measure(server, deployment.uri, query)
        if (round > 0) starts.get(server)?.push(start)
      }
    }
  } finally {
    await deployment.stop()
  }
  printMarkdown(
    [`median of ${ROUNDS} fresh processes`, 'listens, ms', 'first event, ms', 'CPU until then, ms', 'RSS then, MiB'],
    [...starts].map(([{ label }, all]) => {
      const of = (figure: keyof ColdStart) => median(all.map((one) => one[figure]))
      const rest = [of('listensMs'), of('deliversMs'), of('cpuMs'), of('rssBytes') / 1_048_576]
      return [label, ...rest.map((value) => value.toFixed(0))]
    }),
  )
}

/** Inserts a document, and gives the subscription that begins with that. */
async function replayed({ client }: BenchDeployment): Promise<string> {
  const { operationTime } = await client.db('admin').command({ ping: 1 })
  const { t, i } = operationTime as Timestamp
  await client
    .db(DB)
    .collection('c')
    .insertOne({ text: 'x'.repeat(300) })
  const args = `db: "${DB}", coll: "c", startAtOperationTime: {t: ${t}, i: ${i + 1}}`
  return `subscription { changes(${args}) { operationType documentKey fullDocument } }`
}

async function measure({ command, label }: BenchProgram, uri: string, query: string): Promise<ColdStart> {
  const startMs = performance.now()
  const program = await startProgram(command, uri)
  try {
    const listensMs = performance.now() - startMs
    await receive(`${program.origin}/graphql?query=${encodeURIComponent(query)}`)
    return { listensMs, deliversMs: performance.now() - startMs, ...program.cost() }
  } catch (cause) {
    throw new Error(`${label} does not deliver`, { cause })
  } finally {
    await program.stop()
  }
}

async function receive(url: string): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const response = await fetch(url, { headers: { accept: 'text/event-stream' }, signal })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  for (let text = ''; !text.includes('"insert"');) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
    if (done) throw new Error(`The answer ended: ${text}`)
    text += value
  }
  await reader?.cancel()
}
