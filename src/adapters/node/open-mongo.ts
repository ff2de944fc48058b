import { createDeployment } from '../../relay/mongo/deployment.ts'
import { createMongoOrigin, type MongoOrigin } from '../../relay/mongo/mongo-origin.ts'
import type { Engine } from '../../engine/engine.ts'
import { valid } from '../../relay/checked-options.ts'
import type { SettledOptions } from '../../relay/options.ts'

/** An embedded engine as a relay uses it, wherever it runs. */
export type EngineAccess = Pick<Engine, 'uri' | 'run' | 'stop'>

/** What a relay reads from. */
export interface Mongo {
  readonly origin: MongoOrigin
  /** Absent with a MongoDB of one's own. */
  readonly engine?: EngineAccess
}

/**
 * Opens the MongoDB that the options name, without connecting yet, or starts the embedded engine when they name none.
 *
 * @param running an engine that runs already; no other one is started then
 * @throws RelayError `BAD_USER_INPUT` when the driver does not take the URI
 * @throws Error with the code `EADDRINUSE` and the like when the engine cannot listen
 */
export async function openMongo(options: SettledOptions, running?: EngineAccess): Promise<Mongo> {
  const { mongoUri, maxAwaitTimeMs, backoff } = options
  const open = (uri: string) => createMongoOrigin(createDeployment({ uri, maxAwaitTimeMs }), { backoff })
  if (mongoUri !== undefined) return { origin: valid('The MongoDB URI', () => open(mongoUri)) }
  const engine = running ?? (await startEmbeddedEngine(options))
  return { engine, origin: open(engine.uri) }
}

/**
 * Starts the embedded engine. Its code is loaded on demand: with a MongoDB of one's own there is no need for it.
 *
 * @throws Error with the code `EADDRINUSE` and the like when it cannot listen
 */
export async function startEmbeddedEngine({
  enginePort,
  enginePortIsPreference,
}: Pick<SettledOptions, 'enginePort' | 'enginePortIsPreference'>): Promise<Engine> {
  const { startEngine } = await import('../../engine/engine.ts')
  // so that people see what was there before; a server's default is off
  const recordsImages = true
  try {
    return await startEngine({ port: enginePort, recordsImages })
  } catch (error) {
    const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (inUse && enginePortIsPreference) return startEngine({ port: 0, recordsImages })
    throw error
  }
}
