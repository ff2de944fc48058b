import type { Nats } from '../connection.ts'
import { keptConfig, type LogLimits } from '../log/log-config.ts'
import { makeStream } from '../log/make-stream.ts'
import type { LogNames } from '../names.ts'

/** Where logs are copied from, and how much is kept of the copies. */
export interface MirrorOptions extends LogLimits {
  /** The JetStream domain of the servers that have the logs. */
  readonly domain: string
}

/**
 * Has the servers that this relay is connected to keep a copy of a log, which stays as it is where it is there. Places
 * in it are those of the log.
 *
 * @see https://docs.nats.io/nats-concepts/jetstream/source_and_mirror
 */
export async function ensureMirror({ manager }: Nats, names: LogNames, options: MirrorOptions): Promise<void> {
  const { domain, ...limits } = options
  if (await manager.streams.info(names.stream).catch(() => undefined)) return
  const mirror = { name: names.stream, external: { api: `$JS.${domain}.API`, deliver: '' } }
  await makeStream(manager, { name: names.stream, mirror, ...keptConfig(limits) })
}
