import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { createProgramMetrics } from '../../src/cli/workers/metrics.ts'
import { ERROR_CODES } from '../../src/errors.ts'
import { createCounters, type FeedStats } from '../../src/relay/feed/stats.ts'
import { flagOf } from '../../src/relay/options/option.ts'
import { OPTIONS, SETTING_ROWS } from '../../src/relay/options/table.ts'
import { createIngestCounters } from '../../src/relay/backbone/ingest/counters.ts'
import { createIngestMetrics } from '../../src/relay/telemetry/ingest-metrics.ts'
import { createMetrics } from '../../src/relay/telemetry/metrics.ts'
import { readYaml } from './yaml.ts'

// Prometheus and Grafana are not here: the files are read, and what they ask for must exist.

const FOLDER = resolve(import.meta.dirname, '../../deploy')
const RULES = resolve(FOLDER, 'prometheus-rules.yaml')

interface Rule {
  readonly record?: string
  readonly alert?: string
  readonly expr: string
  readonly labels?: { readonly severity: string }
  readonly annotations?: { readonly summary: string; readonly description: string }
}

interface Panel {
  readonly id: number
  readonly title: string
  readonly description: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets: readonly { readonly expr: string }[]
}

// what our own files hold
const [file] = readYaml(readFileSync(RULES, 'utf8')) as unknown as [{ groups: { name: string; rules: Rule[] }[] }]
const rules = file.groups.flatMap((group) => group.rules)
const dashboard = JSON.parse(readFileSync(resolve(FOLDER, 'grafana-dashboard.json'), 'utf8')) as {
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string }[] }
  readonly annotations: { readonly list: readonly { readonly expr: string }[] }
}
const queries = [
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...dashboard.annotations.list.map(({ expr }) => expr),
]

/** Words of the language of queries that are neither functions, which have parentheses, nor names. */
const WORDS = ['and', 'or', 'unless', 'on', 'by', 'bool']

/** The names of metrics in a query. */
function metricsIn(query: string): string[] {
  const bare = query
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, '')
    .replaceAll(/\b(?:by|on|without|ignoring) \([^)]*\)/g, '')
  const names = [...bare.matchAll(/[a-zA-Z_:][\w:]*(?![\w:]|\s*\()/g)].map(([name]) => name)
  return names.filter((name) => !WORDS.includes(name))
}

/** The labels that a query picks by, and their values. */
function labelsIn(query: string): (readonly [string, string])[] {
  return [...query.matchAll(/(\w+)=~?"([^"]*)"/g)].map(([, label = '', value = '']) => [label, value] as const)
}

/** The samples that a relay serves, by name; those of histograms by the names of their series. */
let served: ReadonlyMap<string, string>

beforeAll(async () => {
  const stats = { ...createCounters(), oldestEventSeconds: 1, oldestPositionSeconds: 1 } as unknown as FeedStats
  const connections = { webSockets: 0, eventStreams: 0 }
  const now = { stats, connections, isReady: true, oplogStartSeconds: 0, nowSeconds: 2 }
  // all that there are, by name
  const whole = new Proxy(now.stats, { get: (target, name) => Reflect.get(target, name) ?? 1 })
  const backbone = { isConnected: true, markAgeMs: 1 }
  const metrics = createMetrics({ version: '1', source: () => ({ ...now, stats: whole, backbone }) })
  metrics.observeLag(1)
  const program = createProgramMetrics(
    () => [{ values: () => metrics.values() }],
    () => ({ serving: 1, ended: 0 }),
  )
  const ingest = createIngestMetrics({
    version: '1',
    stats: () => ({ ...createIngestCounters(), logs: 1, leading: 1 }),
    isReady: () => true,
  })
  const text = (await program.read()).text + (await ingest.read()).text
  served = new Map([...text.matchAll(/^(\w+)(\{.*\})? \S+$/gm)].map(([, name = '', labels = '']) => [name, labels]))
})

describe('rules and dashboard', () => {
  it('ask for metrics that there are', () => {
    const recorded = rules.flatMap(({ record }) => (record === undefined ? [] : [record]))
    const named = [...rules.map(({ expr }) => expr), ...queries].flatMap(metricsIn)
    expect(named.length).toBeGreaterThan(50)
    expect(named.filter((name) => !served.has(name) && !recorded.includes(name))).toEqual([])
  })

  it('pick by labels that there are', () => {
    for (const [label, value] of [...rules.map(({ expr }) => expr), ...queries].flatMap(labelsIn)) {
      if (label === 'code') expect([...Object.keys(ERROR_CODES), 'INTERNAL_SERVER_ERROR']).toContain(value)
      else expect(['$job', '$instance']).toContain(value)
    }
  })

  it('show and watch everything that the pages on operations and scaling describe', () => {
    const pages = ['operations', 'scaling'].map((name) => readFileSync(resolve(FOLDER, `../docs/${name}.md`), 'utf8'))
    const page = pages.join('\n')
    const described = [...page.matchAll(/^\| `(tailrace_\w+)/gm)].map(([, name = '']) => name)
    const shown = new Set(queries.flatMap(metricsIn).map((name) => name.replace(/_bucket$/, '')))
    expect(described.filter((name) => !shown.has(name))).toEqual([])
  })
})

describe('the rules', () => {
  const alerts = rules.filter(({ alert }) => alert !== undefined)

  it('say what an alert means and what to do, once for each', () => {
    expect(alerts.length).toBeGreaterThan(10)
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length)
    for (const { alert, labels, annotations } of alerts) {
      expect(alert).toMatch(/^Tailrace[A-Z]/)
      expect(labels?.severity).toMatch(/^(warning|critical)$/)
      expect(annotations?.summary).not.toBe('')
      expect(annotations?.description).toMatch(/\.$/)
    }
  })

  it('are at 80 % of the default where they are about a limit', () => {
    const thresholdOf = (name: string) =>
      Number(/> (\d+)$/.exec(alerts.find(({ alert }) => alert === name)?.expr ?? '')?.[1])
    expect(thresholdOf('TailraceManySubscriptions')).toBe(0.8 * OPTIONS.maxSubscriptions.fallback)
    expect(thresholdOf('TailraceManyUpstreams')).toBe(0.8 * OPTIONS.maxUpstreams.fallback)
  })

  it('name settings that there are', () => {
    const flags = rules.flatMap(({ annotations }) => annotations?.description.match(/--[a-z-]+/g) ?? [])
    const known = SETTING_ROWS.map((row) => `--${flagOf(...row)}`)
    expect(flags.length).toBeGreaterThan(5)
    expect(flags.filter((flag) => !known.includes(flag))).toEqual([])
  })

  // Prometheus' own tool, where it is installed
  it.runIf(process.env['PROMTOOL'])('are valid to promtool', async () => {
    const { stdout } = await promisify(execFile)(process.env['PROMTOOL'] ?? '', ['check', 'rules', RULES])
    expect(stdout).toContain(`${rules.length} rules found`)
  })
})

describe('the dashboard', () => {
  it('has panels that say what they show, beside each other', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    for (const { gridPos } of dashboard.panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
    for (const { title, description } of dashboard.panels) expect(`${title}${description}`.length).toBeGreaterThan(10)
  })

  it('uses variables that it has', () => {
    const names = dashboard.templating.list.map(({ name }) => name)
    const used = JSON.stringify(dashboard).match(/\$\{?(?!__)\w+/g) ?? []
    expect(used.length).toBeGreaterThan(20)
    expect(used.map((name) => name.replace(/^\$\{?/, '')).filter((name) => !names.includes(name))).toEqual([])
  })
})
