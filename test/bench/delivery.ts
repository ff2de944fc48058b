import { benchDocument, onRig, type Rig } from './rig.ts'
import type { ServerName } from './servers/process.ts'

/** What is delivered to whom. */
export interface DeliveryLoad {
  readonly subscribers: number
  /** How many different filters they have; each matches every event. 0: no filter. */
  readonly cohorts: number
  /** How many events, and how many of them at once. */
  readonly events: number
  readonly burst: number
  /** How much of a document is padding, in bytes. Default 300. */
  readonly padBytes?: number
}

/** What it took, for each event that a subscriber received. */
export interface DeliveryCost {
  /** CPU of the server, in microseconds. */
  readonly cpuMicros: number
  readonly wallMicros: number
}

/** Measures what delivering costs a server, in fresh processes. */
export function measureDelivery(load: DeliveryLoad, server: ServerName): Promise<DeliveryCost> {
  const { subscribers: count, cohorts, events, burst } = load
  return onRig({ server, count, cohorts }, async (rig) => {
    const before = await rig.server.usage()
    const startMs = performance.now()
    for (let sent = 0; sent < events; sent += burst) await deliver(rig, sent, load)
    const wallMs = performance.now() - startMs
    const after = await rig.server.usage()
    const deliveries = events * count
    return {
      cpuMicros: (after.cpuMicros - before.cpuMicros) / deliveries,
      wallMicros: (wallMs * 1_000) / deliveries,
    }
  })
}

async function deliver({ collection, received }: Rig, from: number, { burst, padBytes }: DeliveryLoad): Promise<void> {
  const all = received(from + burst)
  await collection.insertMany(Array.from({ length: burst }, (_, i) => benchDocument(from + i, padBytes)))
  await all
}
