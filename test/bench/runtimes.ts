import { startProcess } from '../support/process/start-process.ts'
import { DB } from './database.ts'
import { openBenchDeployment } from './deployment.ts'
import { median, printMarkdown } from './figures.ts'
import { type BenchProgram, RUNTIME_PROGRAMS } from './programs/servers.ts'
import { startProgram } from './programs/start-program.ts'
import { type BenchDocument, benchDocument } from './rig.ts'
import type { OpenRequest } from './subscribers-process.ts'

const ROUNDS = 3
const SUBSCRIBERS = 200
const BURST = 50
const BURSTS = 20

/** What a delivered event costs a relay in each runtime, over WebSocket in bursts. */
export async function benchRuntimes(): Promise<void> {
  const costs = new Map<BenchProgram, number[]>(RUNTIME_PROGRAMS.map((program) => [program, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const program of round % 2 ? RUNTIME_PROGRAMS.toReversed() : RUNTIME_PROGRAMS) {
      costs.get(program)?.push(await measure(program))
    }
  }
  printMarkdown(
    [`${SUBSCRIBERS} subscribers, bursts of ${BURST}`, 'CPU, µs per delivery', 'each round'],
    [...costs].map(([{ label }, all]) => [
      label,
      median(all).toFixed(1),
      all.map((micros) => micros.toFixed(1)).join(' / '),
    ]),
  )
}

async function measure({ command }: BenchProgram): Promise<number> {
  const deployment = await openBenchDeployment()
  const program = await startProgram(command, deployment.uri)
  const subscribers = startProcess(new URL('./subscribers-process.ts', import.meta.url))
  const collection = deployment.client.db(DB).collection<BenchDocument>('c')
  const inserts = (count: number) => collection.insertMany(Array.from({ length: count }, (_, n) => benchDocument(n)))
  try {
    const url = `${program.origin.replace('http', 'ws')}/graphql`
    await subscribers.ask('open', { url, count: SUBSCRIBERS, cohorts: 0 } satisfies OpenRequest)
    // several times: the first executions are not compiled yet
    for (let warm = 1, rounds = 0; rounds < 5; warm++) {
      if (warm > 120) throw new Error('The subscribers do not receive events')
      const all = subscribers.ask<boolean>('warm', warm)
      await collection.insertOne({ ...benchDocument(0), warm })
      if (await all) rounds++
    }
    await subscribers.ask('reset')
    const before = program.cost()
    for (let burst = 1; burst <= BURSTS; burst++) {
      const received = subscribers.ask('expect', burst * BURST)
      await inserts(BURST)
      await received
    }
    return ((program.cost().cpuMs - before.cpuMs) * 1_000) / (SUBSCRIBERS * BURST * BURSTS)
  } finally {
    await subscribers.stop()
    await program.stop()
    await deployment.stop()
  }
}
