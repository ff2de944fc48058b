import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once, setMaxListeners } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import { startEngine } from '../../src/engine/engine.ts'
import { launchChromium } from '../browser/chromium.ts'
import { openReaders, type Reader } from './kill-readers.ts'

/** How often the relay is ended, by SIGKILL and SIGTERM in turn, and how long it serves before each. */
export interface KillOptions {
  readonly kills: number
  /** In milliseconds. */
  readonly servesMs: number
}

/** What a client got, compared with what it should have. */
export interface KillFindings {
  readonly client: string
  readonly expected: number
  readonly lost: number
  readonly repeated: number
  readonly outOfOrder: number
}

/** One document in so many is rare. */
const RARE = 50

/** Between two writes, in milliseconds. */
const PAUSE_MS = 20

/** How long a relay may take to start, and clients to have everything at the end, in milliseconds. */
const PATIENCE_MS = 60_000

/**
 * Ends a relay's process again and again while documents are written, and counts what its clients get, each for all
 * documents and for rare ones. On the deployment of `MONGODB_URI`, or on an embedded engine.
 */
export async function runKills({ kills, servesMs }: KillOptions): Promise<KillFindings[]> {
  const given = process.env['MONGODB_URI']
  const engine = given ? undefined : await startEngine()
  const uri = engine?.uri ?? given ?? ''
  const db = `tailrace_kills_${randomBytes(6).toString('hex')}`
  const client = new MongoClient(uri)
  const port = await freePort()
  const browser = await launchChromium()
  const over = new AbortController()
  // each reader listens with every request
  setMaxListeners(0, over.signal)
  let relay: ChildProcess | undefined
  let written = 0
  try {
    relay = await startRelay(uri, port)
    const view = { relayUrl: `http://127.0.0.1:${port}/`, db, coll: 'c', browser, signal: over.signal }
    const readers = [false, true].flatMap((isRare) => openReaders({ ...view, isRare }))
    await Promise.all(readers.map(({ started }) => started))
    const writing = new AbortController()
    const writes = (async () => {
      while (!writing.signal.aborted) {
        await client.db(db).collection<{ _id: number; isRare: boolean }>('c').insertOne(toDocument(written))
        written++
        await delay(PAUSE_MS)
      }
    })()
    for (let n = 0; n < kills; n++) {
      await delay(servesMs)
      relay.kill(n % 2 === 0 ? 'SIGKILL' : 'SIGTERM')
      await once(relay, 'exit')
      relay = await startRelay(uri, port)
    }
    writing.abort()
    await writes
    const expectedOf = ({ isRare }: Reader) =>
      Array.from({ length: written }, (_, n) => n).filter((n) => !isRare || toDocument(n).isRare)
    const isDone = (reader: Reader) => new Set(reader.keys).size >= expectedOf(reader).length
    for (let waitedMs = 0; waitedMs < PATIENCE_MS && !readers.every(isDone); waitedMs += 100) await delay(100)
    return readers.map((reader) => compare(reader, expectedOf(reader)))
  } finally {
    over.abort()
    relay?.kill('SIGKILL')
    await browser.close()
    await client.db(db).dropDatabase()
    await client.close()
    await engine?.stop()
  }
}

function toDocument(_id: number): { _id: number; isRare: boolean } {
  return { _id, isRare: _id % RARE === RARE - 1 }
}

function compare({ client, keys }: Reader, expected: readonly number[]): KillFindings {
  const seen = new Set(keys)
  return {
    client,
    expected: expected.length,
    lost: expected.filter((key) => !seen.has(key)).length,
    repeated: keys.length - seen.size,
    outOfOrder: keys.filter((key, n) => n > 0 && key < (keys[n - 1] ?? key)).length,
  }
}

async function startRelay(mongoUri: string, port: number): Promise<ChildProcess> {
  const args = ['--import', 'tsx', 'src/main.ts', '--mongo', mongoUri, '--port', String(port), '--keep-alive', '500ms']
  const relay = spawn(process.execPath, args, { stdio: 'ignore' })
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += 50) {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    if (response?.ok) return relay
    await delay(50)
  }
  relay.kill('SIGKILL')
  throw new Error(`The relay did not get ready within ${PATIENCE_MS} ms`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}
