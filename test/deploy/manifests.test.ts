import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PARTS } from '../../src/cli/config-file/parts.ts'
import { CONFIG_VARIABLE } from '../../src/cli/config-file/read-config.ts'
import { variableOf } from '../../src/relay/options/option.ts'
import { SETTING_ROWS } from '../../src/relay/options/table.ts'
import { parseDuration } from '../../src/relay/options/units.ts'

// What cannot be run without containers: the files are read as text, and what they name must exist.

const ROOT = resolve(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(resolve(ROOT, path), 'utf8')
const dockerfile = read('deploy/Dockerfile')
const compose = read('deploy/compose.yaml')
const kubernetes = read('deploy/kubernetes.yaml')

const kinds = new Map(SETTING_ROWS.map(([key, setting]) => [variableOf(key, setting), setting.kind]))

/** Environment variables with their values, as each of the three files writes them. */
const variables: readonly (readonly [name: string, value: string])[] = [
  ...[...dockerfile.matchAll(/^(?:ENV| {3}) ([A-Z][A-Z_]*)=(\S+)/gm)],
  ...[...compose.matchAll(/^ {6}([A-Z][A-Z_]*): '?([^\s']+)'?$/gm)],
  ...[...kubernetes.matchAll(/- name: ([A-Z][A-Z_]*)\n\s+value: (\S+)$/gm)],
].map(([, name = '', value = '']) => [name, value])

/** The configuration file of the Kubernetes example. */
const config: Record<string, unknown> = JSON.parse(
  /config\.json: \|\n((?: {4}.*\n)+)/.exec(kubernetes)?.[1] ?? 'there is none',
)

describe('the example manifests', () => {
  it('set variables that exist, to values that are valid', () => {
    expect(variables.map(([name]) => name)).toEqual(
      expect.arrayContaining(['HOST', 'PORT', 'MONGODB_URI', 'TAILRACE_NS', CONFIG_VARIABLE]),
    )
    for (const [name, value] of variables) {
      if (name === 'NODE_ENV' || name === CONFIG_VARIABLE) continue
      expect([...kinds.keys()]).toContain(name)
      expect(() => kinds.get(name)?.read(value)).not.toThrow()
    }
  })

  it('hold a configuration file that is valid, but for the secrets that are elsewhere', () => {
    const settings = new Map<string, (typeof SETTING_ROWS)[number][1]>(SETTING_ROWS)
    for (const [key, value] of Object.entries(config)) {
      // a part with a schema of its own, which the relay that is run checks
      if (Object.hasOwn(PARTS, key)) continue
      expect([...settings.keys()]).toContain(key)
      if (typeof value !== 'object') expect(() => settings.get(key)?.kind.read(value)).not.toThrow()
    }
    const [, mounted] = /mountPath: (\/run\/\S+),/.exec(kubernetes) ?? []
    expect(config['mongoUri']).toEqual({ $file: `${mounted}/mongodb-uri` })
    const path = variables.find(([name]) => name === CONFIG_VARIABLE)?.[1] ?? ''
    expect(kubernetes).toContain(`mountPath: ${path.replace('/config.json', '')},`)
  })

  it('copy files that exist, past the ignore file', () => {
    const ignored = read('deploy/Dockerfile.dockerignore')
    const copies = [...dockerfile.matchAll(/^COPY (--from=build )?(.+) \S+$/gm)]
    expect(copies.length).toBeGreaterThan(5)
    for (const [, isBuilt, paths = ''] of copies) {
      for (const path of paths.split(' ')) {
        if (isBuilt) {
          expect(path).toMatch(/^\/app\/dist$/)
          continue
        }
        expect([path, existsSync(resolve(ROOT, path))]).toEqual([path, true])
        expect(ignored).toContain(`!${path}\n`)
      }
    }
    expect(dockerfile).toContain(`ENTRYPOINT ["node", "${JSON.parse(read('package.json')).bin.tailrace}"]`)
  })

  it('copy all that building runs', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: { build: string } }
    const files = [...scripts.build.matchAll(/(?:node|tsc -p) (\S+\.js(?:on)?)/g)].map(([, file = '']) => file)
    expect(files.length).toBeGreaterThan(2)
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' '))
    expect(files.filter((file) => !copied.some((path) => file === path || file.startsWith(`${path}/`)))).toEqual([])
  })

  it('run a version of Node that the package takes', () => {
    const [, major = 0, minor = 0] = /^>=(\d+)\.(\d+)/.exec(JSON.parse(read('package.json')).engines.node) ?? []
    const versions = [...dockerfile.matchAll(/^FROM node:(\d+)(?:\.(\d+))?\S*-slim/gm)]
    expect(versions).toHaveLength(2)
    for (const [, one, two = 99] of versions) {
      expect(Number(one) * 100 + Number(two)).toBeGreaterThanOrEqual(Number(major) * 100 + Number(minor))
    }
  })

  it('leave a relay more time to stop than it takes', () => {
    const graceMs = Number(/terminationGracePeriodSeconds: (\d+)/.exec(kubernetes)?.[1]) * 1_000
    const [drainMs = NaN, stopMs = NaN] = ['drainDelayMs', 'stopGraceMs'].map((key) =>
      parseDuration(String(config[key])),
    )
    expect(graceMs).toBeGreaterThan(drainMs + stopMs + 2_000)
    const [, period = NaN] = /path: \/readyz[^\n]*\n\s+periodSeconds: (\d+)/.exec(kubernetes) ?? []
    expect(drainMs).toBeGreaterThan(2_000 * Number(period))
  })
})
