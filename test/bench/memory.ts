import { MEMORY_ATTACKS, memoryTaken, PATIENT, WARMING_UP } from '../fuzz/relay/caller-memory.ts'
import { nameOf } from '../fuzz/relay/memory/attack.ts'
import { startRelayUnderTest } from '../fuzz/relay/relay-under-test.ts'
import { median, printMarkdown } from './figures.ts'
import { LABELS } from './labels.ts'
import { DB } from './database.ts'
import { openBenchDeployment } from './deployment.ts'
import { startProcess } from '../support/process/start-process.ts'
import { benchDocument } from './rig.ts'
import type { ServerName } from './servers/process.ts'

/** How many subscribers are counted. */
const SUBSCRIBERS = 10_000

/** They come in groups. The first one is not counted: with it a server compiles its code. */
const GROUP = 2_000

const ROUNDS = 3

const SERVERS: readonly ServerName[] = ['tailrace', 'bare', 'yoga-shared']

interface Memory {
  /** What is in use after collections of garbage, objects and buffers, for each subscriber, in KiB. */
  readonly used: number
  /**
   * What the process has from the system, for each. Whole pages: those that other work has left empty are used before
   * new ones, so that it can be less than what is used, or much more, whichever server it is.
   */
  readonly rss: number
  /** How long one event to all of them takes, in milliseconds. */
  readonly wallMs: number
}

/** What an idle subscriber holds at the server, and whether all of them are served. */
export async function benchMemory(): Promise<void> {
  const measured = new Map<ServerName, Memory[]>(SERVERS.map((server) => [server, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const server of round % 2 ? SERVERS.toReversed() : SERVERS) measured.get(server)?.push(await measure(server))
  }
  const medianOf = (server: ServerName, figure: keyof Memory) =>
    median((measured.get(server) ?? []).map((memory) => memory[figure]))
  const rows = SERVERS.map((server) => [
    LABELS[server],
    medianOf(server, 'used').toFixed(2),
    (measured.get(server) ?? []).map(({ used }) => used.toFixed(2)).join(' / '),
    `${(medianOf(server, 'used') / medianOf('bare', 'used')).toFixed(2)} ×`,
    (measured.get(server) ?? []).map(({ rss }) => rss.toFixed(1)).join(' / '),
    medianOf(server, 'wallMs').toFixed(0),
  ])
  const title = `${SUBSCRIBERS.toLocaleString('en')} idle subscribers`
  const header = [
    'KiB each',
    'each round',
    'against bare `ws`',
    'pages of the process, KiB',
    'one event to all of them, ms',
  ]
  printMarkdown([title, ...header], rows)
  await benchCallers()
}

/** What callers can have kept at the worst, each way that there is, in a relay with a heap of 512 MiB. */
async function benchCallers(): Promise<void> {
  const relay = await startRelayUnderTest(PATIENT)
  try {
    for (const attack of WARMING_UP) await memoryTaken(relay, attack)
    const rows: string[][] = []
    for (const attack of MEMORY_ATTACKS) {
      const toMib = (bytes: number) => (bytes / 1_048_576).toFixed(1)
      rows.push([nameOf(attack), toMib(await memoryTaken(relay, attack)), toMib(attack.allowedBytes)])
    }
    printMarkdown(['what callers do', 'keeps, MiB', 'may keep, MiB'], rows)
  } finally {
    await relay.stop()
  }
}

async function measure(name: ServerName): Promise<Memory> {
  const deployment = await openBenchDeployment()
  const server = startProcess(new URL('./servers/process.ts', import.meta.url))
  const subscribers = startProcess(new URL('./subscribers-process.ts', import.meta.url))
  const collection = deployment.client.db(DB).collection('c')
  let number = 0
  // several times: a stream may open after the first
  const served = async () => {
    for (let tries = 0; tries < 60; tries++) {
      const all = subscribers.ask<boolean>('warm', ++number)
      await collection.insertOne({ ...benchDocument(0), warm: number })
      if (await all) return
    }
    throw new Error(`${name} does not serve all`)
  }
  try {
    const url = await server.ask<string>('start', { name, uri: deployment.uri })
    const usageAfterMore = async (from: number) => {
      await subscribers.ask('open', { url, count: GROUP, from, cohorts: 0 })
      await served()
      return server.usage(true)
    }
    const before = await usageAfterMore(0)
    let after = before
    for (let more = GROUP; more <= SUBSCRIBERS; more += GROUP) after = await usageAfterMore(more)
    const startMs = performance.now()
    await served()
    const wallMs = performance.now() - startMs
    const kibEach = (figure: 'rssBytes' | 'heapBytes') => (after[figure] - before[figure]) / SUBSCRIBERS / 1_024
    return { used: kibEach('heapBytes'), rss: kibEach('rssBytes'), wallMs }
  } finally {
    await subscribers.stop()
    await server.stop()
    await deployment.stop()
  }
}
