import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { runInNewContext } from 'node:vm'
import { EJSON, Int32, Long, ObjectId, Timestamp, UUID, type Document } from 'bson'
import { setTimeout as delay } from 'node:timers/promises'
import type { Collection } from 'mongodb'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest'
import { createRelay, type Relay } from '../../../src/adapters/node/relay.ts'
import type { CodeView } from '../../../web/code/code-view.ts'
import { toSnippets, type Snippet } from '../../../web/code/snippets.ts'
import { readFilter } from '../../../web/filter/read-filter.ts'
import { useEngine } from '../../support/engine.ts'
import { HOSTILE, PLAIN } from './views.ts'

const ROOT = resolve(import.meta.dirname, '../../..')

/** A collection's name may not hold `$`. */
const COLLECTION = HOSTILE.replaceAll('$', '')
const ID = new ObjectId()
const FILTER = `{_id: ObjectId("${ID.toHexString()}"), text: ${JSON.stringify(HOSTILE)}, n: {$gte: NumberLong("7")}}`

const VIEW: CodeView = {
  ...PLAIN,
  db: 'shop',
  coll: COLLECTION,
  where: readFilter(FILTER)?.where ?? null,
  operationTypes: ['insert', 'drop'],
  fullDocument: 'UPDATE_LOOKUP',
  fullDocumentBeforeChange: 'WHEN_AVAILABLE',
}

/** What is in every browser, and in newer versions of Node. */
const PRELOAD = `
import { WebSocket } from 'ws'
import { EventSource } from 'eventsource'
Object.assign(globalThis, { WebSocket, EventSource })
`

const COMPILER_OPTIONS = {
  module: 'nodenext',
  target: 'es2023',
  lib: ['es2023', 'dom', 'dom.iterable'],
  types: [],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
}

function codeOf(id: Snippet['id'], view: CodeView, url: string): string {
  return toSnippets(view, url).find((snippet) => snippet.id === id)?.code ?? ''
}

let folder = ''

/** A folder in which the package is installed as it was built. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tailrace-code-'))
  await mkdir(join(folder, 'node_modules'))
  await symlink(ROOT, join(folder, 'node_modules/tailrace'), 'junction')
  for (const name of ['ws', 'eventsource', 'eventsource-parser', 'graphql', 'graphql-ws']) {
    await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), 'junction')
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'preload.js'), PRELOAD)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a view as a program', () => {
  it('has the types of the package', async () => {
    const views = {
      view: VIEW,
      plain: PLAIN,
      later: { ...PLAIN, start: { kind: 'at', seconds: 1, ordinal: 1 } as const },
    }
    for (const [name, view] of Object.entries(views)) {
      for (const id of ['client', 'eventSource'] as const) {
        const code = codeOf(id, view, 'http://localhost:8888/graphql')
        await writeFile(join(folder, `${name}-${id}.ts`), `${code}\nexport {}\n`)
      }
    }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS }))
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
    const compiled = await promisify(execFile)(process.execPath, [compiler], { cwd: folder }).catch(
      (error: unknown) => error,
    )
    expect(compiled).toMatchObject({ stdout: '' })
  })
})

describe('a view as a program, run', () => {
  const fixture = useEngine()
  let relay: Relay
  let isWriting = false
  let writing: Promise<void>

  beforeEach(async () => {
    const database = fixture.client.db('shop')
    await database.createCollection(COLLECTION)
    await database.command({ collMod: COLLECTION, changeStreamPreAndPostImages: { enabled: true } })
    relay = await createRelay({ mongoUri: fixture.engine.uri, port: 0, namespace: 'shop.orders' })
    isWriting = true
    writing = write(database.collection(COLLECTION))
  })

  /** Writes what the view is of, and what is the same in all but one thing that it asks for, again and again. */
  async function write(orders: Collection<Document>): Promise<void> {
    const wanted = { text: HOSTILE, n: 7 }
    while (isWriting) {
      for (const document of [wanted, { ...wanted, n: 6 }, { ...wanted, text: 'other' }]) {
        await orders.insertOne({ ...document, _id: ID })
        await orders.updateOne({ _id: ID }, { $set: { n: 8 } })
        await orders.deleteOne({ _id: ID })
      }
      await orders.insertOne({ ...wanted })
      await delay(20)
    }
  }

  afterEach(async () => {
    isWriting = false
    await writing
    await relay.stop()
  })

  const endpoint = () => new URL('graphql', relay.url).href

  /** What a command prints, up to three events. */
  async function printed(command: string, args: readonly string[], event: RegExp): Promise<string> {
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    const exited = once(child, 'close')
    let stdout = ''
    let stderr = ''
    child.stderr.on('data', (chunk) => (stderr += String(chunk)))
    const three = new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk) => {
        stdout += String(chunk)
        if ((stdout.match(event)?.length ?? 0) >= 3) resolve()
      })
    })
    await Promise.race([three, exited])
    child.kill()
    await exited
    expect(stderr).toBe('')
    return stdout
  }

  it('shows the events of the view: curl', async () => {
    const code = codeOf('curl', VIEW, endpoint())
    const text = await printed('sh', ['-c', `exec ${code}`], /^data: \{/gm)
    const lines = text.split('\n').filter((line) => /^data: \{.*\}$/s.test(line))
    const events = lines.map((line) => JSON.parse(line.slice('data: '.length)))
    expect(events.length).toBeGreaterThanOrEqual(3)
    for (const { data } of events) {
      expect(data.changes).toMatchObject({ operationType: 'insert', fullDocument: { text: HOSTILE, n: 7 } })
    }
  })

  it.each(['client', 'eventSource'] as const)('shows the events of the view: %s', async (id) => {
    await writeFile(join(folder, `${id}.js`), codeOf(id, VIEW, endpoint()))
    const text = await printed(process.execPath, ['--import', './preload.js', `${id}.js`], /\bchanges: |^insert /gm)
    expect(text.match(/insert/g)?.length).toBeGreaterThanOrEqual(3)
    expect(text).not.toMatch(/'(update|delete)'|errors/)
  })

  it('shows the events of the view: mongosh', async () => {
    const shell = createShell()
    runInNewContext(codeOf('mongosh', VIEW, endpoint()), shell.globals)
    const { names, pipeline, options } = shell.watched()
    expect(names).toEqual(['shop', COLLECTION])
    const stream = fixture.client
      .db(names[0])
      .collection(names[1] ?? '')
      .watch(pipeline, options)
    for (let seen = 0; seen < 3; seen++) {
      const event = await stream.next()
      expect(event).toMatchObject({ operationType: 'insert', fullDocument: { text: HOSTILE, n: 7 } })
    }
    await stream.close()
  })
})

describe('a view in the shell', () => {
  function watched(view: Partial<CodeView>) {
    const shell = createShell()
    const code = codeOf('mongosh', { ...PLAIN, ...view }, 'http://localhost:8888/graphql')
    runInNewContext(code, shell.globals)
    return { ...shell.watched(), notes: code.match(/^\/\/.*/gm) ?? [] }
  }

  it('is of a database, or of the deployment', () => {
    expect(watched({ db: 'shop' }).names).toEqual(['shop'])
    expect(watched({}).names).toEqual([])
  })

  it('starts where the view starts, as far as a server can', () => {
    const options = watched({ start: { kind: 'at', seconds: 7, ordinal: 1 } }).options
    expect(options).toEqual({ startAtOperationTime: new Timestamp({ t: 7, i: 1 }) })
    expect(watched({ start: { kind: 'after', resumeToken: '8265F0' } })).toMatchObject({
      options: { startAfter: { _data: '8265F0' } },
      notes: [],
    })
    for (const resumeToken of ['8265F0Z', 'sealed-token']) {
      expect(watched({ start: { kind: 'after', resumeToken } })).toMatchObject({ options: {}, notes: [/position/] })
    }
    expect(watched({ start: { kind: 'last', count: 5 } }).notes).toEqual([
      expect.stringContaining('the last 5 changes'),
    ])
    expect(watched({ snapshot: 'FIRST' }).notes).toEqual([expect.stringContaining('documents that exist')])
  })

  it('has every value of a filter, also those that its syntax has not', () => {
    const where = '{"a":{"$numberLong":"9007199254740993"},"b":{"$code":"c"},"__proto__":{"1":1,"0":2}}'
    expect(watched({ where }).pipeline).toEqual([{ $match: EJSON.parse(where, { relaxed: false }) }])
    const plain = '{"a":{"$numberLong":"9007199254740993"},"b":{"$uuid":"00112233-4455-6677-8899-aabbccddeeff"}}'
    const [stage] = watched({ where: plain }).pipeline as [{ $match: Document }]
    expect(EJSON.stringify(stage.$match, { relaxed: false })).toBe(
      EJSON.stringify(EJSON.parse(plain, { relaxed: false }), { relaxed: false }),
    )
  })
})

/** As much of `mongosh` as a view uses. The cursor is closed at once, so that its loop ends. */
function createShell() {
  const calls: { names: string[]; pipeline: Document[]; options: object }[] = []
  const cursor = { isClosed: () => true }
  const at = (names: string[]): object => ({
    getSiblingDB: (name: string) => at([name]),
    getCollection: (name: string) => at([...names, name]),
    getMongo: () => at([]),
    watch(pipeline: Document[] = [], options: object = {}) {
      calls.push({ names, pipeline, options })
      return cursor
    },
  })
  const globals = {
    db: at([]),
    EJSON: { parse: (text: string) => EJSON.parse(text, { relaxed: false }) as unknown },
    ObjectId: (id: string) => new ObjectId(id),
    ISODate: (text: string) => new Date(text),
    NumberLong: (digits: string) => Long.fromString(digits),
    NumberInt: (digits: string) => new Int32(digits),
    Timestamp: (parts: { t: number; i: number }) => new Timestamp(parts),
    UUID: (text: string) => new UUID(text),
  }
  const watched = () => {
    expect(calls).toHaveLength(1)
    return calls[0] as (typeof calls)[0]
  }
  return { globals, watched }
}
