import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('..', import.meta.url))

const PROGRAM = `
import { createRelay, type AuthOptions, type Relay } from 'tailrace'
import { startEngine, type Engine } from 'tailrace/engine'
import { watch, watchState, type Change } from 'tailrace/client'
import { createClient } from 'tailrace/graphql-ws'
import { createChanges, type Changes } from 'tailrace/changes'

const engine: Engine = await startEngine()
const auth: AuthOptions = { allowAnonymous: true }
const relay: Relay = await createRelay({ mongoUri: engine.uri, port: 0, auth })
const page = await fetch(relay.url)
const graphql = await fetch(relay.graphqlUrl, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query: '{ relay { serverVersion embedded } }' }),
})
console.log(JSON.stringify({ status: page.status, answer: await graphql.json() }))
await relay.stop()
await engine.stop()
export const deliveries: number = relay.stats().deliveries
export const changes: AsyncIterable<Change> = watch({ url: relay.graphqlUrl, db: 'shop' })
export const events: AsyncIterable<{ json: unknown }> = watch({ url: relay.graphqlUrl, fields: ['json'] })
export const own: Changes<{ user?: string }> = createChanges({ mongoUri: 'mongodb://127.0.0.1', principal: ({ user }) => (user ? { subject: user } : null) })
export const next: Promise<Date | undefined> = own.subscribe({ db: 'shop' }, null).return!().then(({ value }) => value?.wallTime)
interface Order { readonly _id: string; readonly cents: number }
const place = { url: relay.graphqlUrl, db: 'shop', coll: 'orders' }
export const typed: AsyncIterable<{ fullDocument: Order | null; documentKey: { readonly _id: string } | null }> = watch<Order>(place)
export const chosen: AsyncIterable<{ fullDocument: Order | null }> = watch<Order, 'fullDocument'>({ ...place, fields: ['fullDocument'] })
export const orders = () => watchState<Order>(place).get('a')?.cents
export const stock = () => createClient({ url: relay.graphqlUrl, lazy: true })
// @ts-expect-error its fields are to be named, too
export const half = watch<Order>({ ...place, fields: ['fullDocument'] })
// @ts-expect-error it was not asked for
export const absent: AsyncIterable<{ json: unknown }> = changes
// @ts-expect-error an audience is told, or null
export const audience: AuthOptions = { jwt: { secret: 'x', issuer: null } }
// @ts-expect-error a port is a number
export const wrong: string = engine.port
`

// The tarball as a user has it, with the dependencies of this checkout in the place of a registry's.
describe('the published package', () => {
  let folder = ''
  let listed: string[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tailrace-package-'))
    const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
    const { stdout } = await run('npm', pack, { cwd: ROOT, shell: process.platform === 'win32' })
    const packed = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[] | Record<string, never>
    const [entry] = Object.values(packed) as { filename: string; files: { path: string }[] }[]
    listed = entry?.files.map(({ path }) => path) ?? []
    const modules = join(folder, 'node_modules')
    await mkdir(join(modules, 'tailrace'), { recursive: true })
    await run('tar', [
      '-xzf',
      join(folder, entry?.filename ?? ''),
      '--strip-components=1',
      '-C',
      join(modules, 'tailrace'),
    ])
    const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { dependencies: object }
    for (const name of Object.keys(manifest.dependencies)) {
      await mkdir(dirname(join(modules, name)), { recursive: true })
      await symlink(join(ROOT, 'node_modules', name), join(modules, name), 'junction')
    }
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await writeFile(join(folder, 'program.ts'), PROGRAM)
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('holds the program, the page, the schema, the documents and the types, and nothing else', async () => {
    const kinds = listed.filter(
      (path) => !/^dist\/[\w/-]+(\.generated)?\.js$/.test(path) && !/^dist\/(web|graphiql)\/[\w.-]+$/.test(path),
    )
    expect(kinds.filter((path) => !path.endsWith('.d.ts')).sort()).toEqual([
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'dist/bundled/LICENSES.txt',
      ...(await readdir(join(ROOT, 'docs'))).map((name) => `docs/${name}`).sort(),
      'examples/react/use-changes.ts',
      'examples/react/use-collection.ts',
      'package.json',
      'schema/config.schema.json',
      'schema/sandbox.graphql',
      'schema/schema.graphql',
    ])
    expect(listed).toContain('dist/web/page.js')
    expect(listed.filter((path) => /test|bench|\.map$|tsbuildinfo/.test(path))).toEqual([])
  })

  it('runs as a program', async () => {
    const { stdout } = await run(process.execPath, ['node_modules/tailrace/dist/main.js', '--version'], { cwd: folder })
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('runs as a program without the packages that it depends on, and shows its pages', async () => {
    const alone = join(folder, 'alone')
    await rename(join(folder, 'node_modules/tailrace'), alone)
    const program = spawn(process.execPath, ['dist/main.js', '--port', '0', '--log-format', 'json'], { cwd: alone })
    try {
      const lines = createInterface(program.stdout)
      const [line] = (await once(lines, 'line')) as [string]
      const [url = ''] = /http:.*/.exec(line) ?? []
      const page = await fetch(url)
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('page.js')])
      const graphiql = await fetch(new URL('graphql', url), { headers: { accept: 'text/html' } })
      expect([graphiql.status, await graphiql.text()]).toEqual([200, expect.stringContaining('Tailrace')])
    } finally {
      const exited = once(program, 'exit')
      program.kill()
      await exited
      await rename(alone, join(folder, 'node_modules/tailrace'))
    }
  })

  it('loads, whatever of it is imported', async () => {
    const { exports } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { exports: object }
    const modules = Object.keys(exports).filter((path) => !/\.(graphql|json)$/.test(path))
    expect(modules).toEqual(expect.arrayContaining(['.', './handler', './node', './bundled/node', './bundled/bun']))
    const names = modules.map((path) => `tailrace${path.slice(1)}`)
    const program = names.map((name) => `console.log(Object.keys(await import('${name}')).length > 0)`).join('\n')
    const { stdout } = await run(process.execPath, ['--input-type', 'module', '--eval', program], { cwd: folder })
    expect(stdout.trim().split('\n')).toEqual(names.map(() => 'true'))
  })

  it.each(['handler', 'node', 'bun', 'deno', 'cloudflare'])(
    'has in tailrace/bundled/%s what is there file by file',
    async (name) => {
      const names = (path: string) => `Object.keys(await import('${path}')).sort().join()`
      const program = `console.log(${names(`tailrace/${name}`)} + ';' + ${names(`tailrace/bundled/${name}`)})`
      const { stdout } = await run(process.execPath, ['--input-type', 'module', '--eval', program], { cwd: folder })
      const [own, bundled] = stdout.trim().split(';')
      expect(bundled).toBe(own)
    },
  )

  it('throws errors that are of one class, whichever part of it throws them', async () => {
    const program = `
      const { RelayError } = await import('tailrace')
      const { createHandler, RelayError: Bundled } = await import('tailrace/bundled/handler')
      const thrown = (() => { try { createHandler({}) } catch (error) { return error } })()
      console.log(thrown instanceof RelayError, thrown instanceof Bundled, new Error('no') instanceof RelayError)`
    const { stdout } = await run(process.execPath, ['--input-type', 'module', '--eval', program], { cwd: folder })
    expect(stdout).toBe('true true false\n')
  })

  it('gives types that stand without the sources', async () => {
    const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')]
    const options = [
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--strict',
      ...types,
      '--outDir',
      'out',
      'program.ts',
    ]
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
    const compiled = await run(process.execPath, [compiler, ...options], { cwd: folder }).catch(
      (error: unknown) => error,
    )
    expect(compiled).toMatchObject({ stdout: '' })
    const { stdout } = await run(process.execPath, ['out/program.js'], { cwd: folder })
    expect(JSON.parse(stdout)).toEqual({
      status: 200,
      answer: { data: { relay: { serverVersion: '7.1.1', embedded: false } } },
    })
  })
})
