import { type DeliveryCost, type DeliveryLoad, measureDelivery } from './delivery.ts'
import { median, printMarkdown } from './figures.ts'

const ROUNDS = 3

/** From which one thing at a time is changed. */
const BASE: DeliveryLoad = { subscribers: 100, cohorts: 1, events: 400, burst: 50, padBytes: 300 }

const LOADS: readonly { readonly changed: string; readonly loads: readonly Partial<DeliveryLoad>[] }[] = [
  { changed: 'events', loads: [{ events: 100 }, { events: 400 }, { events: 1_600 }] },
  {
    changed: 'subscribers',
    loads: [
      { subscribers: 10 },
      { subscribers: 100 },
      { subscribers: 1_000, events: 200 },
      { subscribers: 5_000, events: 50 },
    ],
  },
  { changed: 'cohorts', loads: [{ cohorts: 1 }, { cohorts: 10 }, { cohorts: 100 }] },
  { changed: 'document, bytes', loads: [{ padBytes: 300 }, { padBytes: 3_000 }, { padBytes: 30_000 }] },
]

/** What an event costs Tailrace, and each delivery of it, when one thing grows and everything else stays. */
export async function benchCost(): Promise<void> {
  const lines = LOADS.flatMap(({ changed, loads }) => loads.map((load) => ({ changed, load: { ...BASE, ...load } })))
  const costs = lines.map((): DeliveryCost[] => [])
  for (let round = 0; round < ROUNDS; round++) {
    const order = [...lines.entries()]
    // every other round the other way round, so that a warming or busy machine favours nobody
    for (const [i, { load }] of round % 2 ? order.reverse() : order) {
      costs[i]?.push(await measureDelivery(load, 'tailrace'))
    }
  }
  printMarkdown(
    ['changed', 'subscribers', 'cohorts', 'events', 'document, bytes', 'CPU, µs per event', 'CPU, µs per delivery'],
    lines.map(({ changed, load: { subscribers, cohorts, events, padBytes } }, i) => {
      const cpuMicros = median((costs[i] ?? []).map((cost) => cost.cpuMicros))
      const amounts = [subscribers, cohorts, events, padBytes ?? NaN].map((amount) => amount.toLocaleString('en'))
      return [changed, ...amounts, (cpuMicros * subscribers).toFixed(0), cpuMicros.toFixed(1)]
    }),
  )
}
