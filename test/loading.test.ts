import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const ROOT = resolve(import.meta.dirname, '..')

/** Notes every module that is imported, in a thread of its own, which is done with it before the module runs. */
const HOOKS = `
import { appendFileSync } from 'node:fs'
export async function load(url, context, next) {
  appendFileSync(process.env.LOADED, url + '\\n')
  return next(url, context)
}
`

const REGISTER = `import { register } from 'node:module'; register('./hooks.mjs', import.meta.url)`

const SERVED = `
const { readFileSync } = await import('node:fs')
const { createRequire } = await import('node:module')
const { WebSocket } = await import('ws')
const { createRelay } = await import('tailrace')
const { cache } = createRequire(import.meta.url)
const relay = await createRelay({ port: 0, metricsToken: 'a-token-of-16-letters-or-more', readyTimeoutMs: 60_000 })
const loaded = () => [...readFileSync(process.env.LOADED, 'utf8').split('\\n'), ...Object.keys(cache)]
const before = new Set(loaded())
const at = (path) => new URL(path, relay.url)
const subscription = '{"query":"subscription { changes(last: 1) { operationType } }"}'
const post = (body, accept, signal) => fetch(at('graphql'), { method: 'POST', signal, body, headers: { 'content-type': 'application/json', accept } })
const statuses = []
for (const answer of [
  await fetch(at('')),
  await fetch(at('page.js')),
  await fetch(at('graphql'), { headers: { accept: 'text/html' } }),
  await fetch(at('metrics'), { headers: { authorization: 'Bearer a-token-of-16-letters-or-more' } }),
  await fetch(at('readyz')),
  await post('{"query":"{ relay { serverVersion } namespaces { db } }"}', 'application/json'),
  await post('{"query":"mutation { insertOne(db: \\\\"test\\\\", coll: \\\\"test\\\\", document: \\\\"{}\\\\") }"}', 'application/json'),
  await post('{"query":"{ nope"}', 'application/json'),
]) {
  await answer.arrayBuffer()
  statuses.push(answer.status)
}
const leave = new AbortController()
const stream = await post(subscription, 'text/event-stream', leave.signal)
statuses.push(stream.status)
leave.abort()
const socket = new WebSocket(at('graphql').href.replace('http', 'ws'), 'graphql-transport-ws')
await new Promise((resolve) => socket.once('open', resolve))
socket.send('{"type":"connection_init"}')
await new Promise((resolve) => socket.once('message', resolve))
socket.send('{"id":"1","type":"subscribe","payload":{"query":"{ nope }"}}')
await new Promise((resolve) => socket.once('message', resolve))
socket.close()
console.log(JSON.stringify({ statuses, later: loaded().filter((name) => !before.has(name)) }))
await relay.stop()
`

describe('what is loaded', () => {
  let folder = ''
  const loadedBy = async (program: string) => {
    const file = join(folder, `loaded-${Math.random()}`)
    await writeFile(file, '')
    const args = ['--import', join(folder, 'register.mjs'), '--input-type', 'module', '--eval', program]
    const { stdout } = await run(process.execPath, args, {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], LOADED: file },
    })
    return { stdout, files: (await readFile(file, 'utf8')).split('\n').filter((url) => url.startsWith('file:')) }
  }
  const packagesOf = (files: readonly string[]) => [
    ...new Set(files.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? [])),
  ]

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tailrace-loading-'))
    await writeFile(join(folder, 'hooks.mjs'), HOOKS)
    await writeFile(join(folder, 'register.mjs'), REGISTER)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is next to nothing with `import "tailrace"`', async () => {
    const { files } = await loadedBy(`import 'tailrace'`)
    expect(packagesOf(files)).toEqual([])
    expect(files.map((url) => url.slice(url.indexOf('/dist/')))).toEqual(['/dist/index.js', '/dist/errors.js'])
  })

  it('is what a client needs with `import "tailrace/client"`', async () => {
    const { files } = await loadedBy(`import 'tailrace/client'`)
    expect(packagesOf(files)).toEqual(['graphql-ws'])
  })

  it('is neither a server nor a transport with `import "tailrace/changes"`', async () => {
    const { files } = await loadedBy(`import 'tailrace/changes'`)
    const unused = ['graphql-yoga', 'graphql-ws', 'ws', 'pino', 'prom-client', 'jose', 'zod', '@opentelemetry/api']
    expect(packagesOf(files)).toEqual(expect.arrayContaining(['bson', 'graphql', 'mongodb']))
    expect(packagesOf(files).filter((name) => unused.includes(name))).toEqual([])
  })

  it('is what the options of a relay ask for', async () => {
    const options = `{ port: 0, mongoUri: 'mongodb://127.0.0.1:1', readyTimeoutMs: 1 }`
    const start = `import { createRelay } from 'tailrace'; await (await createRelay(${options})).stop()`
    const { files } = await loadedBy(start)
    const unused = ['pino', 'prom-client', 'jose', 'zod', '@opentelemetry/api', '@graphql-yoga/render-graphiql']
    expect(packagesOf(files)).toEqual(expect.arrayContaining(['mongodb', 'graphql-yoga']))
    expect(packagesOf(files).filter((name) => unused.includes(name))).toEqual([])
    expect(files.filter((url) => url.includes('/dist/engine/'))).toEqual([])
  })

  it.each(['handler', 'node', 'bun', 'deno', 'cloudflare'])(
    'is bundled with `import "tailrace/bundled/%s"`, without what its options may ask for',
    async (name) => {
      const { files } = await loadedBy(`import 'tailrace/bundled/${name}'`)
      expect(packagesOf(files)).toEqual([])
      const texts = await Promise.all(files.map((url) => readFile(new URL(url), 'utf8')))
      // a comment says which file a part was
      const parts = texts.flatMap((text) =>
        [...text.matchAll(/^ *\/\/ (.*\.[cm]?[jt]s)$/gm)].map(([, part = '']) => part),
      )
      expect(packagesOf(parts)).toEqual(expect.arrayContaining(['mongodb', 'graphql', 'graphql-yoga', 'graphql-ws']))
      const unused = ['pino', 'prom-client', 'jose', 'zod', '@opentelemetry/api', ...(name === 'node' ? [] : ['ws'])]
      expect(packagesOf(parts).filter((part) => unused.includes(part))).toEqual([])
      expect(parts.filter((part) => part.includes('src/engine/'))).toEqual([])
    },
  )

  it('is all there when a relay listens: nothing that it serves can fail for want of a file', async () => {
    const { stdout } = await loadedBy(SERVED)
    expect(JSON.parse(stdout)).toEqual({ statuses: Array(9).fill(200), later: [] })
  })
})
