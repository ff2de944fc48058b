import { jetstreamManager } from '@nats-io/jetstream'
import { ANSWER_MS, type Nats } from '../connection.ts'
import { keptConfig, type LogLimits } from '../log/log-config.ts'
import type { LogAccess } from '../log/log-access.ts'
import { makeStream } from '../log/make-stream.ts'
import { isSame, readMessage } from '../log/message.ts'
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

/**
 * Removes the copy of a log that has become another one: one that was made anew, or that lost its end and was written
 * again. Its server goes on with what follows the place that it has reached.
 *
 * @param seq a place that the copy has
 * @returns whether it has been removed
 * @throws whatever the broker says where that cannot be told, or where this relay has not the right
 */
export async function dropStrayMirror(
  { connection, manager }: Nats,
  names: LogNames,
  copy: LogAccess,
  { domain }: MirrorOptions,
  seq: number,
): Promise<boolean> {
  const copied = await copy.from(seq)
  if (copied?.seq !== seq) return false
  const { streams } = await jetstreamManager(connection, { checkAPI: false, timeout: ANSWER_MS, domain })
  const { last_seq: end, first_seq: first } = (await streams.info(names.stream)).state
  if (seq < first) return false
  if (seq <= end) {
    // by its leader: a replica may lag behind
    const found = await streams.getMessage(names.stream, { seq })
    if (!found || isSame(readMessage(seq, found.header, found.data).last, copied.last)) return false
  }
  return manager.streams.delete(names.stream)
}
