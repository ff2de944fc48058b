import { setTimeout as delay } from 'node:timers/promises'
import type { Oracle } from './oracle.ts'
import type { Rig } from './rig.ts'
import type { Subscriber } from './subscriber.ts'
import { surely } from './surely.ts'
import { type Numbered, PROBE_GROUP } from './writers.ts'

/** How long after a probe another one is written: who was told of a loss may start after the first. */
const REPEAT_MS = 5_000

/** Writes documents that every subscriber asks for. */
export interface Probes {
  readonly written: () => number
  /**
   * Gives how long these subscribers take until each has a probe that is written from now on; absent: over the limit.
   */
  recover(whom: readonly Subscriber[], limitMs: number): Promise<number | undefined>
}

/** Creates probes; the oracle tells how their events look. */
export function createProbes(rig: Rig, oracle: Oracle): Probes {
  let written = 0

  async function write(): Promise<void> {
    const _id = { g: PROBE_GROUP, i: ++written }
    const probes = rig.client.db(rig.db).collection<Numbered>('c')
    await surely(
      () => probes.insertOne({ _id, v: 0, odd: false }),
      async () => (await probes.findOne({ _id })) !== null,
    )
  }

  return {
    written: () => written,
    async recover(whom, limitMs) {
      const before = oracle.events.length
      const startMs = performance.now()
      const missing = new Set(whom)
      for (let nextMs = startMs; missing.size > 0; await delay(5)) {
        if (performance.now() - startMs > limitMs) return undefined
        if (performance.now() >= nextMs) {
          await write()
          nextMs += REPEAT_MS
        }
        const probes = oracle.events.slice(before).filter(({ group }) => group === PROBE_GROUP)
        for (const one of missing) if (probes.some(({ content }) => one.has(content))) missing.delete(one)
      }
      return performance.now() - startMs
    },
  }
}
