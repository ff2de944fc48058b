import { median, printMarkdown } from './figures.ts'
import { startMeasuredEngine } from './measured-engine.ts'
import { startProcess } from './measured-process.ts'
import { benchDocument } from './rig.ts'
import type { ServerName } from './servers/process.ts'

/** How many subscribers are counted. */
const SUBSCRIBERS = 10_000

/**
 * How many there are before: with the first ones a server compiles its code, and V8 enlarges the space for new objects, once
 * and for all.
 */
const FIRST_SUBSCRIBERS = 2_000

const ROUNDS = 3

const SERVERS: readonly ServerName[] = ['tailrace', 'bare', 'yoga-shared']

interface Memory {
  /** Memory of the process, for each subscriber, in KiB. */
  readonly rss: number
  /** What JavaScript holds of it. */
  readonly heap: number
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
    server,
    medianOf(server, 'rss').toFixed(1),
    (measured.get(server) ?? []).map(({ rss }) => rss.toFixed(1)).join(' / '),
    `${(medianOf(server, 'rss') / medianOf('bare', 'rss')).toFixed(2)} ×`,
    medianOf(server, 'heap').toFixed(1),
    medianOf(server, 'wallMs').toFixed(0),
  ])
  const title = `${SUBSCRIBERS.toLocaleString('en')} idle subscribers`
  const header = [
    'KiB each',
    'each round',
    'against bare `ws`',
    'of it JavaScript, KiB',
    'one event to all of them, ms',
  ]
  printMarkdown([title, ...header], rows)
}

async function measure(name: ServerName): Promise<Memory> {
  const engine = await startMeasuredEngine()
  const server = await startProcess('./servers/process.ts')
  const subscribers = await startProcess('./subscribers-process.ts')
  const collection = engine.client.db('bench').collection('c')
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
    const url = await server.ask<string>('start', { name, uri: engine.uri })
    const open = (count: number) => subscribers.ask('open', { url, count, cohorts: 0 })
    await open(FIRST_SUBSCRIBERS)
    await served()
    const before = await server.usage(true)
    await open(SUBSCRIBERS)
    await served()
    const after = await server.usage(true)
    const startMs = performance.now()
    await served()
    const wallMs = performance.now() - startMs
    const kibEach = (figure: 'rssBytes' | 'heapBytes') => (after[figure] - before[figure]) / SUBSCRIBERS / 1_024
    return { rss: kibEach('rssBytes'), heap: kibEach('heapBytes'), wallMs }
  } finally {
    await subscribers.stop()
    await server.stop()
    await engine.stop()
  }
}
