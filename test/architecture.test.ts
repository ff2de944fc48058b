import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = resolve(import.meta.dirname, '../src')

/** What stands on what: in each folder, a part imports parts before it only. A part is a folder or a file. */
const ORDER: Readonly<Record<string, readonly string[]>> = {
  '': [
    'errors.ts',
    'util',
    'bson',
    'engine',
    'client',
    'relay',
    'adapters',
    'cli',
    'handler.ts',
    'changes.ts',
    'index.ts',
    'main.ts',
  ],
  engine: [
    ...[
      'wire',
      'parameters',
      'sorting',
      'expressions',
      'query',
      'storage',
      'sessions',
      'cursors',
      'streams',
      'aggregate',
      'update',
      'topology.ts',
    ],
    ...['request', 'indexes', 'writes', 'reading', 'commands', 'dispatch'],
  ],
  relay: ['changes', 'auth', 'access', 'options', 'mongo', 'backbone', 'feed', 'graphql', 'telemetry', 'transport'],
}

/** What may not be imported although it comes before. */
const APART: Readonly<Record<string, readonly string[]>> = {
  // the browser's part, and the part that is a server of its own
  client: ['bson', 'engine'],
  engine: ['errors.ts'],
  // it is given a source of changes, whichever that is
  feed: ['mongo', 'backbone'],
  // what it copies, and what is older than its logs, comes from a source that it is given
  backbone: ['mongo'],
  bson: ['errors.ts'],
  util: ['errors.ts'],
}

/** Who may import a package: folders and files, with everything in them. `node:` modules are free. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  bson: ['bson', 'engine', 'relay'],
  mongodb: ['relay/mongo', 'relay/given-deployment.ts'],
  graphql: ['relay/graphql', 'relay/transport', 'client/graphql-ws'],
  'graphql-yoga': ['relay/transport'],
  'graphql-ws': ['relay/transport/websocket', 'adapters/node/websocket', 'client'],
  ws: ['adapters/node/websocket'],
  '@nats-io/transport-node': ['relay/backbone'],
  '@nats-io/jetstream': ['relay/backbone'],
  jose: ['relay/auth'],
  zod: ['relay/auth', 'relay/access', 'relay/options', 'cli', 'util/schema-names.ts'],
  pino: ['relay/telemetry'],
  'prom-client': ['relay/telemetry'],
  '@opentelemetry/api': ['relay/telemetry'],
}

/** The modules of Node that a relay uses without its server: runtimes for the edge have them, too. */
const EVERYWHERE = [
  'node:crypto',
  'node:net',
  'node:perf_hooks',
  'node:timers',
  'node:timers/promises',
  'node:util',
  'node:v8',
]

interface Import {
  readonly file: string
  readonly name: string
  /** Whether only types are taken, which are not there when it runs. */
  readonly isOfTypes: boolean
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
const imports = files.flatMap((file) => importsOf(file, readFileSync(join(SRC, file), 'utf8')))
const inner = imports
  .filter(({ name }) => name.startsWith('.'))
  .map(({ file, name, isOfTypes }) => ({ file, target: relative(SRC, resolve(SRC, file, '..', name)), isOfTypes }))

function importsOf(file: string, text: string): Import[] {
  const statements = text.matchAll(
    /(?:^|\n)(?:import|export)\s([^'"]*?)from\s+'([^']+)'|\bimport\(\s*'([^']+)'|(?:^|\n)import\s+'([^']+)'/g,
  )
  return [...statements].map(([, names = '', from, dynamic, bare]) => ({
    file,
    name: from ?? dynamic ?? bare ?? '',
    isOfTypes: isOfTypes(names),
  }))
}

function isOfTypes(names: string): boolean {
  if (names.startsWith('type ')) return true
  const listed = /^\s*\{([^}]*)\}\s*$/.exec(names)?.[1]
  return listed !== undefined && listed.split(',').every((name) => /^\s*(type\s|$)/.test(name))
}

function isIn(file: string, place: string): boolean {
  return file === place || file.startsWith(`${place}/`)
}

/** The part of a folder that a file belongs to; `undefined` when it is elsewhere. */
function partOf(folder: string, file: string): string | undefined {
  if (folder !== '' && !file.startsWith(`${folder}/`)) return undefined
  return file.slice(folder === '' ? 0 : folder.length + 1).split('/')[0]
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '')
}

describe('the source', () => {
  it.each(Object.entries(ORDER))('imports downward only, in src/%s', (folder, order) => {
    const level = (part: string) => (order.includes(part) ? order.indexOf(part) : order.length)
    const wrong = inner.filter(({ file, target }) => {
      const [from, to] = [partOf(folder, file), partOf(folder, target)]
      if (from === undefined || to === undefined || from === to) return false
      return level(from) < level(to) || APART[from]?.includes(to)
    })
    expect(wrong).toEqual([])
    // a folder that is in no order would be free to import everything
    const parts = new Set(files.map((file) => partOf(folder, file)).filter((part) => part && !part.endsWith('.ts')))
    expect([...parts].filter((part) => !order.includes(part ?? ''))).toEqual([])
  })

  it('has no circles of values', () => {
    const next = new Map<string, string[]>()
    for (const { file, target, isOfTypes: types } of inner)
      if (!types) next.set(file, [...(next.get(file) ?? []), target])
    expect(circlesOf(next)).toEqual([])
  })

  it('uses a package only where it belongs', () => {
    const wrong = imports
      .filter(({ name }) => !name.startsWith('.') && !name.startsWith('node:'))
      .map(({ file, name }) => ({ file, name: /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name }))
      .filter(({ file, name }) => !PACKAGES[name]?.some((place) => isIn(file, place)))
    expect(wrong).toEqual([])
  })

  it('is found to import what it imports', () => {
    const found = (file: string) => imports.filter((one) => one.file === file)
    expect(found('adapters/node/relay.ts').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['node:url', '../../relay/core.ts']),
    )
    const isOfTypes = (name: string) => found('relay/feed/feed.ts').find((one) => one.name === name)?.isOfTypes
    expect([isOfTypes('./request.ts'), isOfTypes('../../errors.ts')]).toEqual([true, false])
  })

  it('reads the process in main.ts only', () => {
    const readers = files.filter((file) =>
      /\bprocess\b\s*[.[]|node:process/.test(withoutComments(readFileSync(join(SRC, file), 'utf8'))),
    )
    expect(readers).toEqual(['main.ts'])
  })

  it('is mirrored by its tests', () => {
    const parts = readdirSync(SRC).filter((name) => existsSync(resolve(SRC, '../test', name)))
    const stray = parts.flatMap((part) =>
      readdirSync(resolve(SRC, '../test', part), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.test.ts'))
        .map((file) => join(part, file))
        // the tests of a folder, or several of one file
        .filter((file) => !existsSync(join(SRC, dirname(file))) && !existsSync(join(SRC, `${dirname(file)}.ts`))),
    )
    expect(parts.length).toBeGreaterThan(5)
    expect(stray).toEqual([])
  })

  it('wraps its comments at 120 columns', () => {
    const wide = ['src', 'test', 'web'].flatMap((root) =>
      readdirSync(resolve(SRC, '..', root), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.generated.ts') && !file.includes('node_modules'))
        .flatMap((file) =>
          readFileSync(resolve(SRC, '..', root, file), 'utf8')
            .split('\n')
            // an address cannot be broken
            .filter((line) => line.length > 120 && /^\s*(\/\*\*|\*|\/\/) (?!\s*https?:)/.test(line))
            .map((line) => `${root}/${file}: ${line}`),
        ),
    )
    expect(wide).toEqual([])
  })

  it('needs nothing that only Node has, without its server', () => {
    const reached = reachedFrom('relay/handler.ts')
    const modules = imports.filter(
      ({ file, name, isOfTypes: types }) => !types && reached.has(file) && !name.startsWith('.'),
    )
    const names = [...new Set(modules.map(({ name }) => name))]
    // what Bun, Deno and workerd have as well
    expect(names.filter((name) => name.startsWith('node:')).sort()).toEqual(EVERYWHERE)
    expect(names.filter((name) => ['ws', 'pino', 'prom-client', '@opentelemetry/api'].includes(name))).toEqual([])
    expect([...reached].filter((file) => isIn(file, 'engine') || isIn(file, 'adapters'))).toEqual([])
  })

  it('needs neither servers nor transports of its own for changes in other people’s schemas', () => {
    const reached = reachedFrom('changes.ts')
    const names = imports
      .filter(({ file, name, isOfTypes: types }) => !types && reached.has(file) && !name.startsWith('.'))
      .map(({ name }) => name)
    expect(names.filter((name) => name.startsWith('node:') && !EVERYWHERE.includes(name))).toEqual([])
    const packages = new Set(names.filter((name) => !name.startsWith('node:')))
    expect([...packages].sort()).toEqual(['bson', 'graphql', 'jose', 'mongodb', 'zod'])
  })

  it('asks nowhere whether it is under test', () => {
    expect(files.filter((file) => /NODE_ENV|VITEST/.test(readFileSync(join(SRC, file), 'utf8')))).toEqual([])
  })
})

/** Every file that is there when this one runs, loaded on demand or not. */
function reachedFrom(start: string): ReadonlySet<string> {
  const reached = new Set([start])
  for (const file of reached) {
    for (const one of inner) if (one.file === file && !one.isOfTypes) reached.add(one.target)
  }
  return reached
}

/** Every import that leads back to where it came from, as the file that it closes the circle at. */
function circlesOf(next: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '))
    if (done.has(file) || way.includes(file)) return
    for (const target of next.get(file) ?? []) visit(target, [...way, file])
    done.add(file)
  }
  for (const file of next.keys()) visit(file, [])
  return circles
}
