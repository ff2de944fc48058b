import { type DeliveryCost, type DeliveryLoad, measureDelivery } from './delivery.ts'
import { median, printMarkdown } from './figures.ts'
import { LABELS } from './labels.ts'
import type { ServerName } from './servers/process.ts'

const ROUNDS = 3

interface Scenario extends DeliveryLoad {
  readonly title: string
  readonly servers: readonly ServerName[]
}

const EACH: readonly ServerName[] = ['tailrace', 'yoga-shared', 'bare']

const SCENARIOS: readonly Scenario[] = [
  { title: '1,000 subscribers, bursts of 50', subscribers: 1_000, cohorts: 0, servers: EACH, events: 150, burst: 50 },
  { title: '1,000 subscribers, one at a time', subscribers: 1_000, cohorts: 0, servers: EACH, events: 50, burst: 1 },
  {
    title: '1,000 subscribers in 100 cohorts, bursts of 50',
    subscribers: 1_000,
    cohorts: 100,
    servers: EACH,
    events: 100,
    burst: 50,
  },
  {
    title: '50 subscribers, bursts of 50',
    subscribers: 50,
    cohorts: 0,
    servers: [...EACH, 'yoga-cursors'],
    events: 250,
    burst: 50,
  },
]

/** What a delivered event costs the server, for Tailrace and for what people write otherwise. */
export async function benchFanOut(): Promise<void> {
  for (const scenario of SCENARIOS) {
    const costs = new Map<ServerName, DeliveryCost[]>(scenario.servers.map((server) => [server, []]))
    for (let round = 0; round < ROUNDS; round++) {
      // every other round the other way round, so that a warming or busy machine favours nobody
      const order = round % 2 ? scenario.servers.toReversed() : scenario.servers
      for (const server of order) costs.get(server)?.push(await measureDelivery(scenario, server))
    }
    print(scenario, costs)
  }
}

function print({ title }: Scenario, costs: ReadonlyMap<ServerName, readonly DeliveryCost[]>): void {
  const cpuOf = (server: ServerName) => median((costs.get(server) ?? []).map(({ cpuMicros }) => cpuMicros))
  const rows = [...costs].map(([server, all]) => [
    LABELS[server],
    cpuOf(server).toFixed(1),
    all.map(({ cpuMicros }) => cpuMicros.toFixed(1)).join(' / '),
    median(all.map(({ wallMicros }) => wallMicros)).toFixed(1),
    `${(cpuOf(server) / cpuOf('tailrace')).toFixed(2)} ×`,
  ])
  const header = [title, 'CPU, µs per delivery', 'each round', 'wall, µs per delivery', 'CPU against Tailrace']
  printMarkdown(header, rows)
}
