import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = resolve(import.meta.dirname, '../src')

/**
 * What each part of `src/` may import: parts of ours, and packages. `node:` modules are free. A part is a folder, or a
 * file at the top.
 */
const RULES: Readonly<Record<string, { readonly parts: readonly string[]; readonly packages: readonly string[] }>> = {
  'errors.ts': { parts: [], packages: [] },
  'version.ts': { parts: [], packages: [] },
  'loopback.ts': { parts: [], packages: [] },
  'origin.ts': { parts: [], packages: [] },
  'nearest.ts': { parts: [], packages: [] },
  'schema-names.ts': { parts: [], packages: ['zod'] },
  'host-name.ts': { parts: [], packages: [] },
  'rate-limited-log.ts': { parts: ['logger.ts'], packages: [] },
  'quota.ts': { parts: [], packages: [] },
  'single-flight.ts': { parts: [], packages: [] },
  bson: { parts: [], packages: ['bson'] },
  engine: { parts: ['bson'], packages: ['bson'] },
  client: { parts: ['errors.ts'], packages: ['graphql-ws'] },
  access: { parts: ['nearest.ts', 'schema-names.ts', 'errors.ts', 'bson', 'changes'], packages: ['zod'] },
  auth: { parts: ['nearest.ts', 'schema-names.ts', 'errors.ts', 'loopback.ts', 'access'], packages: ['jose', 'zod'] },
  changes: { parts: ['errors.ts', 'settled-within.ts', 'single-flight.ts', 'bson'], packages: ['bson', 'mongodb'] },
  feed: {
    parts: [
      'errors.ts',
      'logger.ts',
      'rate-limited-log.ts',
      'trace.ts',
      'quota.ts',
      'settled-within.ts',
      'bson',
      'changes',
    ],
    packages: ['bson'],
  },
  graphql: {
    parts: ['errors.ts', 'quota.ts', 'trace.ts', 'access', 'bson', 'changes', 'feed'],
    packages: ['bson', 'graphql'],
  },
  transport: {
    parts: [
      'errors.ts',
      'logger.ts',
      'rate-limited-log.ts',
      'loopback.ts',
      'origin.ts',
      'host-name.ts',
      'quota.ts',
      'trace.ts',
      'access',
      'auth',
      'bson',
      'feed',
      'graphql',
    ],
    packages: ['graphql', 'graphql-yoga', 'graphql-ws', 'ws'],
  },
  'relay-options.ts': { parts: ['access', 'auth', 'changes', 'logger.ts'], packages: [] },
  'settled-within.ts': { parts: [], packages: [] },
  relay: {
    parts: [
      'nearest.ts',
      'errors.ts',
      'logger.ts',
      'loopback.ts',
      'relay-options.ts',
      'access',
      'auth',
      'bson',
      'changes',
      'engine',
      'feed',
      'graphql',
      'telemetry',
      'transport',
    ],
    packages: ['bson', 'mongodb'],
  },
  'relay.ts': {
    parts: [
      'version.ts',
      'logger.ts',
      'relay-options.ts',
      'settled-within.ts',
      'single-flight.ts',
      'access',
      'auth',
      'changes',
      'feed',
      'graphql',
      'relay',
      'telemetry',
      'transport',
    ],
    packages: [],
  },
  'redact.ts': { parts: [], packages: [] },
  'logger.ts': { parts: [], packages: [] },
  'trace.ts': { parts: [], packages: [] },
  config: {
    parts: [
      'nearest.ts',
      'schema-names.ts',
      'access',
      'auth',
      'bson',
      'changes',
      'origin.ts',
      'host-name.ts',
      'redact.ts',
      'relay',
    ],
    packages: ['zod'],
  },
  cli: { parts: ['errors.ts', 'changes', 'config', 'redact.ts', 'relay'], packages: [] },
  telemetry: {
    parts: ['errors.ts', 'feed', 'logger.ts', 'redact.ts', 'trace.ts'],
    packages: ['pino', 'prom-client', '@opentelemetry/api'],
  },
  'index.ts': { parts: ['errors.ts', 'logger.ts', 'auth', 'engine', 'relay.ts', 'relay-options.ts'], packages: [] },
  'main.ts': {
    parts: ['errors.ts', 'version.ts', 'cli', 'config', 'engine', 'relay.ts', 'telemetry'],
    packages: [],
  },
}

interface Source {
  readonly file: string
  readonly part: string
  readonly text: string
}

const sources: Source[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, part: partOf(file), text: readFileSync(join(SRC, file), 'utf8') }))

function partOf(file: string): string {
  return file.split('/')[0] ?? file
}

function importsOf({ text }: Source): string[] {
  const found = text.matchAll(
    /(?:^|\n)(?:import|export)\s[^'"]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'|(?:^|\n)import\s+'([^']+)'/g,
  )
  return [...found].map(([, from, dynamic, bare]) => from ?? dynamic ?? bare ?? '')
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '')
}

describe('the source', () => {
  it('has a rule for every part', () => {
    expect(Object.keys(RULES).sort()).toEqual([...new Set(sources.map(({ part }) => part)), ''].filter(Boolean).sort())
  })

  it('imports downward only', () => {
    const wrong = sources.flatMap((source) =>
      importsOf(source)
        .filter((name) => name.startsWith('.'))
        .map((name) => partOf(relative(SRC, resolve(SRC, source.file, '..', name))))
        .filter((part) => part !== source.part && !RULES[source.part]?.parts.includes(part))
        .map((part) => `${source.file} imports ${part}`),
    )
    expect(wrong).toEqual([])
  })

  it('uses a package only where it belongs', () => {
    const wrong = sources.flatMap((source) =>
      importsOf(source)
        .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
        .map((name) =>
          name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        )
        .filter((name) => !RULES[source.part]?.packages.includes(name))
        .map((name) => `${source.file} imports ${name}`),
    )
    expect(wrong).toEqual([])
  })

  it('is found to import what it imports', () => {
    const imports = (name: string) => sources.filter(({ file }) => file === name).flatMap(importsOf)
    expect(imports('relay.ts')).toEqual(expect.arrayContaining(['node:url', './feed/feed.ts']))
    expect(imports('relay/servers.ts')).toContain('../transport/graphql-http.ts')
  })

  it('reads the process in main.ts only', () => {
    const readers = sources.filter(({ text }) => /\bprocess\b\s*[.[]|node:process/.test(withoutComments(text)))
    expect(readers.map(({ file }) => file)).toEqual(['main.ts'])
  })

  it('asks nowhere whether it is under test', () => {
    expect(sources.filter(({ text }) => /NODE_ENV|VITEST/.test(text)).map(({ file }) => file)).toEqual([])
  })
})
