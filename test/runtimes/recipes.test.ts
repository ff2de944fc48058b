import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { transform } from 'esbuild'
import { MongoClient } from 'mongodb'
import { createServer } from 'vite'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { blocksOf } from '../documents/blocks.ts'
import { address, type Program, usePrograms } from '../support/process/program.ts'

// Each recipe of docs/clients.md, as a program that follows a collection while its relay goes away and comes back.

/** What a recipe leaves to its application, behind it. */
const RUN_RELAY = `
import { requestSubscription } from 'relay-runtime'
const text = 'subscription Orders { changes(db: "shop", coll: "orders") { operationType documentKey } }'
const params = { text, name: 'Orders', operationKind: 'subscription', id: null, metadata: {}, cacheID: 'orders' }
environment.getNetwork().execute(params, {}, {}).subscribe({
  next: ({ data }) => console.log(data.changes),
  error: console.error,
})`

/** What a page has, and a program has not. */
const IN_A_PAGE = `import { EventSource } from 'eventsource'\n`

/** What a page of Vite's does, with the `Origin` that a browser sends. */
const IN_A_VITE_PAGE = `
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
class Socket extends WebSocket {
  constructor(url, protocol) {
    super(url, protocol, { origin: 'ORIGIN' })
  }
}
const client = createClient({ url: 'URL'.replace('http', 'ws'), webSocketImpl: Socket })
const query = 'subscription { changes(announceStart: true) { operationType } }'
for await (const { data } of client.iterate({ query })) console.log(data.changes.operationType)
`

const ORIGIN = 'localhost:8888'

/** Whether Python has what its recipe needs. */
const HAS_GQL = spawnSync('python3', ['-c', 'import gql, websockets']).status === 0
if (!HAS_GQL) console.error('SKIPPED: python3 has no gql[websockets], so that the recipe for Python is not tested')

/** Inside of what the programs import from. */
const FOLDER = join(import.meta.dirname, 'node_modules/.recipes')

const CLIENTS = 'docs-clients-'

async function programs(): Promise<(readonly [name: string, text: string])[]> {
  const of = (kind: string) => blocksOf(kind).filter(([name]) => name.startsWith(CLIENTS))
  const whole = ['js', 'js apollo', 'js urql', 'js sse'].flatMap((kind) =>
    of(kind).map(([name, text]) => [`${kind} ${name}`, text] as const),
  )
  const relay = of('js relay').map(([name, text]) => [`js relay ${name}`, text + RUN_RELAY] as const)
  const sources = of('ts').filter(([, text]) => text.includes('new EventSource'))
  const inPages = sources.map(async ([name, text]) => {
    const { code } = await transform(text.replace("'/graphql", `'http://${ORIGIN}/graphql`), { loader: 'ts' })
    return [`EventSource ${name}`, IN_A_PAGE + code] as const
  })
  return [...whole, ...relay, ...(await Promise.all(inPages)), ...(HAS_GQL ? of('py') : []).map(toPython)]
}

function toPython([name, text]: readonly [string, string]): readonly [string, string] {
  const child = `spawn('python3', ['-c', ${JSON.stringify(text)}], { stdio: 'inherit' })`
  // ended with what has started it
  return [
    `py ${name}`,
    `import { spawn } from 'node:child_process'\nprocess.on('exit', () => child.kill())\nconst child = ${child}`,
  ]
}

describe('every recipe of docs/clients.md', () => {
  const start = usePrograms()
  const run = usePrograms([])

  beforeAll(() => mkdir(FOLDER, { recursive: true }))
  afterAll(() => rm(FOLDER, { recursive: true, force: true }))

  it.each(blocksOf('js vite'))('passes pages, event streams and WebSockets on to a relay: %s', async (name, text) => {
    const relay = new URL(await address(start(['--port', '0']), 'Live page'))
    const configFile = join(FOLDER, `${name}.mjs`)
    await writeFile(configFile, text.replace(ORIGIN, relay.host))
    const vite = await createServer({ configFile, root: FOLDER, logLevel: 'silent', server: { port: 0 } })
    try {
      await vite.listen()
      const [url = ''] = vite.resolvedUrls?.local ?? []
      const headers = { origin: url.replace(/\/$/, '') }
      const program = IN_A_VITE_PAGE.replaceAll('URL', `${url}graphql`).replaceAll('ORIGIN', headers.origin)
      const file = join(FOLDER, 'in-a-vite-page.mjs')
      await writeFile(file, program)
      const page = run([file])
      await vi.waitFor(() => expect(page.stdout(), page.stderr()).toContain('started'))
      const query = encodeURIComponent('subscription { changes(announceStart: true) { operationType } }')
      const control = new AbortController()
      const accept = { ...headers, accept: 'text/event-stream' }
      const stream = await fetch(`${url}graphql?query=${query}`, { headers: accept, signal: control.signal })
      const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
      let received = ''
      while (!received.includes('started')) received += (await reader?.read())?.value ?? expect.fail(received)
      control.abort()
    } finally {
      await vite.close()
    }
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)('gets each change once while its relay is ended by %s', async (signal) => {
    const mongoUri = await address(start(['engine', '--port', '0']), 'MongoDB')
    const startRelay = async (port: string) => {
      const place = ['--port', port, '--metrics-port', '0']
      const relay = start(['--mongo', mongoUri, '--ns', 'shop.orders', '--log-level', 'error', ...place])
      const url = new URL(await address(relay, 'Live page'))
      return { relay, url, metricsUrl: await address(relay, 'Metrics') }
    }
    const first = await startRelay('0')
    const all = await programs()
    const running = await Promise.all(
      all.map(async ([name, text]) => {
        const file = join(FOLDER, `${name.replaceAll(' ', '-')}.mjs`)
        await writeFile(file, text.replaceAll(ORIGIN, first.url.host))
        return [name, run([file])] as const
      }),
    )
    const client = new MongoClient(mongoUri)
    const insert = (_id: string) => client.db('shop').collection<{ _id: string }>('orders').insertOne({ _id })
    const expectKeys = async (keys: readonly string[]) => {
      const shown = () => Object.fromEntries(running.map(([name, program]) => [name, keysOf(program)]))
      const expected = Object.fromEntries(running.map(([name]) => [name, keys]))
      const complaints = () => running.map(([, { stderr }]) => stderr()).join('')
      await vi.waitFor(() => expect(shown(), complaints()).toEqual(expected))
    }
    try {
      await vi.waitFor(async () => expect(await subscriptionsOf(first.metricsUrl)).toBe(all.length))
      await insert('a')
      await expectKeys(['a'])
      first.relay.child.kill(signal)
      await first.relay.exited
      await insert('b')
      await startRelay(first.url.port)
      await insert('c')
      await expectKeys(['a', 'b', 'c'])
    } finally {
      await client.close()
    }
  })
})

/** The keys that a program has printed: of each change, or those of a state when they are new. */
function keysOf({ stdout }: Program): string[] {
  const keys = [...stdout().matchAll(/\b_id"?: ?['"](\w)['"]/g)].map(([, key = '']) => key)
  return stdout().includes('isCurrent') ? [...new Set(keys)] : keys
}

async function subscriptionsOf(metricsUrl: string): Promise<number> {
  const metrics = await (await fetch(metricsUrl)).text()
  return Number(/^tailrace_subscriptions (\d+)$/m.exec(metrics)?.[1] ?? NaN)
}
