import type { Origin } from '../changes/origin.ts'
import { singleFlight } from '../../util/waiting/single-flight.ts'
import type { Deployment } from './deployment.ts'
import { readDeploymentId } from './deployment-id.ts'
import { createMongoSource } from './mongo-source.ts'
import { createNamespaceList } from './namespaces.ts'
import { readOplogStart } from './oplog-start.ts'
import type { RetryOptions } from '../changes/outage.ts'
import { serverVersion } from './server-version.ts'

/** A deployment as what a relay reads from. */
export interface MongoOrigin extends Origin {
  /**
   * What tells it from other deployments.
   *
   * @throws whatever the driver throws
   */
  deploymentId(): Promise<string>
}

/** Reads from a deployment; nothing connects yet. */
export function createMongoOrigin(deployment: Deployment, retry: RetryOptions = {}): MongoOrigin {
  const askVersion = singleFlight(() => serverVersion(deployment))
  return {
    source: createMongoSource(deployment, retry),
    listNamespaces: createNamespaceList(deployment),
    serverVersion: () => askVersion(undefined),
    historyStart: () => readOplogStart(deployment),
    deploymentId: () => readDeploymentId(deployment),
    close: () => deployment.close(),
  }
}
