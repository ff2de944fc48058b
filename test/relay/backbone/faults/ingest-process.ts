import { createBroker } from '../../../../src/relay/backbone/connection.ts'
import { createIngester, type Ingester } from '../../../../src/relay/backbone/ingest/ingester.ts'
import { createDeployment } from '../../../../src/relay/mongo/deployment.ts'
import { createMongoOrigin } from '../../../../src/relay/mongo/mongo-origin.ts'
import { SILENT } from '../../../../src/util/logs/logger.ts'
import { QUICK_BACKOFF } from '../../../support/quick-backoff.ts'
import { serveParent } from '../../../support/process/serve-parent.ts'

/** What an ingester in a process of its own copies from where to where. */
export interface IngestProcessOptions {
  readonly servers: readonly string[]
  readonly name: string
  readonly mongoUri: string
  /** How long others must be silent before it takes over; default the product's. */
  readonly takeoverMs?: number
}

let ingester: Ingester | undefined

serveParent({
  async start({ servers, name, mongoUri, takeoverMs }: IngestProcessOptions) {
    const origin = createMongoOrigin(createDeployment({ uri: mongoUri, maxAwaitTimeMs: 50 }), {
      backoff: QUICK_BACKOFF,
    })
    ingester = createIngester({
      broker: createBroker({ servers }),
      name,
      origin,
      deploymentId: () => origin.deploymentId(),
      limits: { replicas: 1, maxBytes: 1_000_000_000, maxAgeMs: 3_600_000 },
      log: SILENT,
      ...(takeoverMs === undefined ? {} : { takeoverMs }),
    })
    await ingester.ready
  },
  stats: () => ingester?.stats(),
})
