import type { JetStreamManager, StreamConfig } from '@nats-io/jetstream'
import { passing } from '../passing.ts'
import { errorNumber } from './refusal.ts'

/**
 * That servers cannot keep a stream, as JetStream numbers its errors: no peers, too few resources, too little storage,
 * no replicas outside of a cluster.
 */
const UNKEPT = new Set([10_005, 10_023, 10_047, 10_074])

/**
 * Makes a stream.
 *
 * @throws Passing where the servers cannot keep it, with the options that say how much that is
 */
export async function makeStream({ streams }: JetStreamManager, config: Partial<StreamConfig>): Promise<void> {
  try {
    await streams.add(config as { name: string })
  } catch (cause) {
    if (!UNKEPT.has(errorNumber(cause) ?? 0)) throw cause
    const { message } = cause as Error
    const { num_replicas: replicas, max_bytes: maxBytes } = config
    const limits = [`\`backboneReplicas\` (${replicas})`, ...(maxBytes ? [`\`backboneMaxBytes\` (${maxBytes})`] : [])]
    throw passing(
      `The servers of the event backbone cannot keep a log, they say: ${message}; check ${limits.join(' and ')}`,
      cause,
    )
  }
}
