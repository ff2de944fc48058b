import { badUserInput } from '../../errors.ts'
import type { IngestStats } from '../../relay/backbone/ingest/ingester.ts'
import { type RelayOptions, settleOptions } from '../../relay/options.ts'
import { guarded, SILENT } from '../../util/logs/logger.ts'
import { settledWithin } from '../../util/waiting/settled-within.ts'
import { openMongo } from './open-mongo.ts'
import { openBroker, openIngester } from './open-origin.ts'

/** A process that copies changes to a backbone, and serves no subscribers. */
export interface RunningIngester {
  /** The embedded engine's connection string; absent with a MongoDB of one's own. */
  readonly engineUri?: string
  stats(): IngestStats
  /** Why it cannot copy now; `undefined` while it can. */
  trouble(): string | undefined
  /** Stops; another ingester takes over at once. Idempotent. */
  stop(): Promise<void>
}

/**
 * Starts to copy the changes of a MongoDB to a backbone. Starts also while either cannot be reached, and keeps trying.
 *
 * @throws RelayError `BAD_USER_INPUT` when an option is not valid, or no backbone is given
 */
export async function startIngester(given: RelayOptions): Promise<RunningIngester> {
  const options = settleOptions(given)
  const log = guarded(options.log ?? SILENT)
  if (options.backbone.length === 0) {
    throw badUserInput('An ingester needs `backbone`: the NATS servers to copy changes to')
  }
  const broker = await openBroker(options)
  const { origin, engine } = await openMongo(options)
  const ingester = await openIngester({ ...options, log }, broker, origin)
  await settledWithin(ingester.ready, options.readyTimeoutMs)
  let stopping: Promise<void> | undefined
  return {
    ...(engine ? { engineUri: engine.uri } : {}),
    stats: () => ingester.stats(),
    trouble: () => ingester.trouble(),
    stop: () => (stopping ??= stop()),
  }

  async function stop(): Promise<void> {
    await ingester.stop()
    await Promise.all([broker.close(), origin.close()])
    await engine?.stop()
    log.info({}, 'Stopped')
  }
}
