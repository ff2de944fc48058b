import { printMarkdown } from './figures.ts'
import { startMeasuredEngine } from './measured-engine.ts'
import { startProcess } from './measured-process.ts'
import { benchDocument } from './rig.ts'
import type { ServerName } from './servers/process.ts'

const SUBSCRIBERS = 9_500

/** What an idle subscriber holds at the server, and whether all of them are served; 500 sockets are left for others. */
export async function benchMemory(): Promise<void> {
  const rows: string[][] = []
  for (const server of ['tailrace', 'bare', 'yoga-shared'] as const) rows.push(await measure(server))
  printMarkdown([`${SUBSCRIBERS} idle subscribers`, 'KiB each', 'one event to all of them, ms'], rows)
}

async function measure(name: ServerName): Promise<string[]> {
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
    await open(100)
    await served()
    const before = await server.usage(true)
    await open(SUBSCRIBERS)
    await served()
    const after = await server.usage(true)
    const startMs = performance.now()
    await served()
    const wallMs = performance.now() - startMs
    return [name, ((after.rssBytes - before.rssBytes) / SUBSCRIBERS / 1_024).toFixed(1), wallMs.toFixed(0)]
  } finally {
    await subscribers.stop()
    await server.stop()
    await engine.stop()
  }
}
