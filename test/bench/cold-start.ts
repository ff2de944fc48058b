import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Timestamp } from 'mongodb'
import { type ProcessCost, processCost } from './cold-start/process-cost.ts'
import { COLD_SERVERS, type ColdServer } from './cold-start/servers.ts'
import { DB } from './database.ts'
import { type BenchDeployment, openBenchDeployment } from './deployment.ts'
import { median, printMarkdown } from './figures.ts'

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
  const starts = new Map<ColdServer, ColdStart[]>(COLD_SERVERS.map((server) => [server, []]))
  try {
    const query = await replayed(deployment)
    // the first round fills the system's caches of files
    for (let round = 0; round <= ROUNDS; round++) {
      for (const server of round % 2 ? COLD_SERVERS.toReversed() : COLD_SERVERS) {
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

async function measure({ command, label }: ColdServer, uri: string, query: string): Promise<ColdStart> {
  const [program = '', ...args] = command
  const startMs = performance.now()
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], MONGODB_URI: uri },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = once(child, 'exit')
  try {
    const origin = await addressOf(child.stdout)
    const listensMs = performance.now() - startMs
    await receive(`${origin}/graphql?query=${encodeURIComponent(query)}`)
    return { listensMs, deliversMs: performance.now() - startMs, ...processCost(child.pid ?? 0) }
  } catch (cause) {
    throw new Error(`${label} does not deliver`, { cause })
  } finally {
    child.kill('SIGKILL')
    await exited
  }
}

async function addressOf(output: AsyncIterable<Uint8Array>): Promise<string> {
  let text = ''
  for await (const piece of output) {
    text += Buffer.from(piece).toString()
    const [origin] = /http:\/\/[\d.]+:\d+/.exec(text) ?? []
    if (origin !== undefined && text.includes('\n')) return origin
  }
  throw new Error(`It ended: ${text}`)
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
