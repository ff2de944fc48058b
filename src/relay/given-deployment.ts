import type { MongoClient } from 'mongodb'
import { badUserInput } from '../errors.ts'
import { valid } from './checked-options.ts'
import type { Origin } from './changes/origin.ts'
import { createDeployment } from './mongo/deployment.ts'
import { createMongoOrigin } from './mongo/mongo-origin.ts'
import type { BackoffOptions } from '../util/waiting/backoff.ts'

/** Where MongoDB is, for those who have no engine of their own: one of the two. */
export interface GivenDeployment {
  readonly mongoUri?: string | undefined
  /** A client that is connected, or will be, in place of `mongoUri`; it is not closed. */
  readonly client?: MongoClient | undefined
}

/** @throws RelayError `BAD_USER_INPUT` unless there is either a URI or a client */
export function requireDeployment(what: string, { mongoUri, client }: GivenDeployment): void {
  if ((client === undefined) === (mongoUri === undefined)) {
    throw badUserInput(`Give ${what} either \`mongoUri\` or \`client\``)
  }
}

/**
 * Makes what reads from it; nothing connects yet.
 *
 * @throws RelayError `BAD_USER_INPUT` for a URI that is none
 */
export function openGiven(
  { mongoUri, client }: GivenDeployment,
  { maxAwaitTimeMs, backoff }: { readonly maxAwaitTimeMs: number; readonly backoff?: BackoffOptions | undefined },
): Origin {
  const deployment = valid('The MongoDB URI', () =>
    createDeployment(client ? { client, maxAwaitTimeMs } : { uri: mongoUri ?? '', maxAwaitTimeMs, isFrugal: true }),
  )
  return createMongoOrigin(deployment, { backoff })
}
