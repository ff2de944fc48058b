import { badUserInput } from '../../errors.ts'
import type { Broker } from '../../relay/backbone/connection.ts'
import type { LogLimits } from '../../relay/backbone/log/log-config.ts'
import type { Ingester } from '../../relay/backbone/ingest/ingester.ts'
import type { Origin } from '../../relay/changes/origin.ts'
import type { MongoOrigin } from '../../relay/mongo/mongo-origin.ts'
import type { SettledOptions } from '../../relay/options.ts'
import { SILENT } from '../../util/logs/logger.ts'
import { type EngineAccess, openMongo } from './open-mongo.ts'

/** What a relay reads from, and what runs for it. */
export interface OpenOrigin {
  readonly origin: Origin
  /** Absent with a MongoDB of one's own, and where there is none. */
  readonly engine?: EngineAccess
  /** Present where this process copies changes to a backbone. */
  readonly ingester?: Ingester
}

/**
 * Opens what the options name: a backbone, or MongoDB, without connecting yet; or starts the embedded engine.
 *
 * @param running an engine that runs already; no other one is started then
 * @throws RelayError `BAD_USER_INPUT` when the driver does not take the URI, or the options contradict each other
 * @throws Error with the code `EADDRINUSE` and the like when the engine cannot listen
 */
export async function openOrigin(options: SettledOptions, running?: EngineAccess): Promise<OpenOrigin> {
  const { backbone, backboneName: name, backoff, mongoUri, ingest } = options
  if (backbone.length === 0) {
    if (ingest) throw badUserInput('`ingest` needs `backbone`: the NATS servers to copy changes to')
    return openMongo(options, running)
  }
  const broker = await openBroker(options)
  const mongo = mongoUri !== undefined || ingest ? await openMongo(options, running) : undefined
  const { createBackboneOrigin } = await import('../../relay/backbone/backbone-origin.ts')
  const { backboneMirror: domain } = options
  const mirror = domain === undefined ? undefined : { domain, ...logLimits(options) }
  const origin = createBackboneOrigin({ broker, name, mongo: mongo?.origin, retry: { backoff }, mirror })
  if (!mongo || !ingest) return { origin, ...(mongo?.engine ? { engine: mongo.engine } : {}) }
  const ingester = await openIngester(options, broker, mongo.origin)
  return { origin, ingester, ...(mongo.engine ? { engine: mongo.engine } : {}) }
}

/** Whether these options ask for the embedded engine. */
export function wantsEngine({ mongoUri, backbone, ingest }: SettledOptions): boolean {
  return mongoUri === undefined && (backbone.length === 0 || ingest)
}

/**
 * Prepares the connection to a backbone.
 *
 * @throws RelayError `BAD_USER_INPUT` where the file of credentials holds none
 */
export async function openBroker({ backbone, backboneCredentials }: SettledOptions): Promise<Broker> {
  const { createBroker } = await import('../../relay/backbone/connection.ts')
  const { checkCredentials } = await import('../../relay/backbone/security.ts')
  if (backboneCredentials !== undefined) await checkCredentials(backboneCredentials)
  return createBroker({ servers: backbone, credentials: backboneCredentials })
}

/** Begins to copy a deployment's changes to a backbone. */
export async function openIngester(options: SettledOptions, broker: Broker, origin: MongoOrigin): Promise<Ingester> {
  const { createIngester } = await import('../../relay/backbone/ingest/ingester.ts')
  return createIngester({
    broker,
    name: options.backboneName,
    origin,
    deploymentId: () => origin.deploymentId(),
    limits: logLimits(options),
    log: options.log ?? SILENT,
  })
}

function logLimits({ backboneReplicas, backboneMaxBytes, backboneMaxAgeMs }: SettledOptions): LogLimits {
  return { replicas: backboneReplicas, maxBytes: backboneMaxBytes, maxAgeMs: backboneMaxAgeMs }
}
