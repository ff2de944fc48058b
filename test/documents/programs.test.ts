import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { runInNewContext } from 'node:vm'
import type { Document, MongoClient } from 'mongodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createRelay, type Relay } from '../../src/adapters/node/relay.ts'
import { useEngine } from '../support/engine.ts'
import { usePrograms } from '../support/process/program.ts'
import { blocksOf, firstCells, PAGES, ROOT } from './blocks.ts'

// In the pages, `ts` is what a reader puts into a program of their own, and `js` a whole program that runs as it
// stands.

const PROGRAMS = blocksOf('js')

/** The options in the tables of two pages, as a program that compiles where they exist. */
const OPTIONS = `
import type { RelayOptions } from 'tailrace'
import type { WatchOptions } from 'tailrace/client'
export const ofRelay: (keyof RelayOptions)[] = ${optionsIn('docs/embedding.md')}
export const ofWatch: (keyof WatchOptions)[] = ${optionsIn('docs/clients.md')}
`

/** What a reader's own program has, which pages need not write out again. */
const READERS_OWN = `
declare function freshToken(): Promise<string>
declare function userOf(request: unknown): { subject: string } | null
`

const COMPILER_OPTIONS = {
  module: 'nodenext',
  target: 'es2023',
  lib: ['es2023', 'dom', 'dom.iterable'],
  types: ['node'],
  typeRoots: [join(ROOT, 'node_modules/@types')],
  strict: true,
  skipLibCheck: true,
  allowJs: true,
  checkJs: true,
  outDir: 'out',
}

let folder = ''

/** A folder with the pages’ blocks as files, in which the package is installed as it was built. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tailrace-documents-'))
  await mkdir(join(folder, 'node_modules'))
  await symlink(ROOT, join(folder, 'node_modules/tailrace'), 'junction')
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    if (!name.startsWith('.')) await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name))
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS }))
  await writeFile(join(folder, 'readers-own.d.ts'), READERS_OWN)
  await writeFile(join(folder, 'options.ts'), OPTIONS)
  for (const [name, text] of blocksOf('ts')) await writeFile(join(folder, `${name}.ts`), text)
  for (const [name, text] of PROGRAMS) await writeFile(join(folder, `${name}.js`), text)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('code in the documentation', () => {
  it('has the types of the package', async () => {
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
    const compiled = await promisify(execFile)(process.execPath, [compiler, '--noEmit'], { cwd: folder }).catch(
      (error: unknown) => error,
    )
    expect(compiled).toMatchObject({ stdout: '' })
  })
})

describe('a program in the documentation', () => {
  const fixture = useEngine()
  let relay: Relay
  let writing: NodeJS.Timeout
  const run = usePrograms([])

  beforeEach(async () => {
    const orders = await fixture.client.db('shop').createCollection('orders')
    relay = await createRelay({ mongoUri: fixture.engine.uri, port: 0, namespace: 'shop.orders' })
    writing = setInterval(() => void orders.insertOne({}), 50)
  })

  afterEach(async () => {
    clearInterval(writing)
    await relay.stop()
  })

  it.each(PROGRAMS)('runs, and prints something: %s', async (name, text) => {
    const here = text.replaceAll('localhost:8888', new URL(relay.url).host)
    const file = join(folder, `${name}.js`)
    await writeFile(file, here)
    const { child, exited, stdout, stderr } = run([file])
    await Promise.race([child.stdout && once(child.stdout, 'data'), exited])
    // one that follows changes does so until it is ended
    if (/for await|\.subscribe\w*\(/.test(here)) child.kill()
    const ended = (await exited) ?? child.signalCode
    expect({ stderr: stderr(), ended }).toEqual({ stderr: '', ended: expect.toBeOneOf([0, 'SIGTERM']) })
    expect(stdout()).not.toBe('')
  })

  it.each(blocksOf('js mongosh'))('can be typed into the shell: %s', async (_name, text) => {
    const shell = createShell(fixture.client)
    runInNewContext(text, { db: shell.db('shop'), passwordPrompt: () => 'secret' })
    await expect(shell.done()).resolves.toBeGreaterThan(0)
  })
})

function optionsIn(path: string): string {
  return JSON.stringify(firstCells(PAGES.find((page) => page.path === path)?.text ?? ''))
}

/** As much of `mongosh` as the pages use. The engine has no users: roles and users are made nowhere. */
function createShell(client: MongoClient) {
  const calls: Promise<unknown>[] = []
  const call = (run: () => Promise<unknown>) => void calls.push(run())
  const methodsOf = (target: object) =>
    new Proxy(target, {
      get:
        (_target, method) =>
        (...args: unknown[]) =>
          call(() => Reflect.get(target, method).apply(target, args)),
    })
  const db = (name: string): object =>
    new Proxy(client.db(name), {
      get(target, key) {
        if (key === 'getSiblingDB') return db
        if (key === 'createRole' || key === 'createUser') return () => call(() => Promise.resolve())
        if (key === 'runCommand') return (command: Document) => call(() => target.command(command))
        return methodsOf(target.collection(String(key)))
      },
    })
  /** Settles when everything that was typed is done, with how much that was. */
  const done = async () => (await Promise.all(calls)).length
  return { db, done }
}
