import type { Timestamp } from 'bson'
import type { MongoClient } from 'mongodb'
import { bsonClassOf } from '../changes/bson-type.ts'
import {
  type ClientHolder,
  controlClientOptions,
  createClientHolder,
  holdClient,
  type PatienceOptions,
  streamClientOptions,
} from './client-holder.ts'
import { failureReason } from './failures/reason.ts'
import { createSightings } from './failures/sightings.ts'
import { settledWithin } from '../../util/waiting/settled-within.ts'

/** A MongoDB deployment as the relay uses it: one client for change streams alone, one for everything else. */
export interface Deployment {
  /** Clients for change streams. */
  readonly streams: ClientHolder
  /** Clients for short commands. */
  readonly control: ClientHolder
  /** How long a server waits for an event before it answers a `getMore` with an empty batch, in milliseconds. */
  readonly maxAwaitTimeMs: number
  /**
   * Whether events over 16 MiB are asked for in fragments (MongoDB 6.0.9, 7.0): true until a server does not know how.
   */
  splitLargeEvents: boolean
  /** Whether the URI has credentials. */
  readonly hasUser: boolean
  /** Why an operation failed, and what to do about it where that shows; for the log. */
  reasonOf(cause: unknown): string | undefined
  /**
   * The server's cluster time now; absent on a standalone server, which has none.
   *
   * @throws whatever the driver throws
   */
  operationTime(): Promise<Timestamp | undefined>
  /** Has {@link Deployment.close} wait for the end of a stream, so that no cursor stays behind on the server. */
  awaitClose(closed: Promise<void>): void
  /** Closes both clients, once the streams that are closing are closed, or after a second. Idempotent. */
  close(): Promise<void>
}

/** Options of {@link createDeployment}: a connection string, or a client that is there already. */
export type DeploymentOptions = CommonOptions &
  (
    | {
        /** A MongoDB connection string. */
        readonly uri: string
        /**
         * Whether one client does everything, for runtimes where connections are few: each client has two to each
         * server besides those that it uses. Default false.
         */
        readonly isFrugal?: boolean
      }
    | {
        /** A client that is neither replaced nor closed. */
        readonly client: MongoClient
      }
  )

interface CommonOptions {
  /** See {@link Deployment.maxAwaitTimeMs}. Default 1,000. */
  readonly maxAwaitTimeMs?: number
  /** How soon an outage is noticed. Default: within seconds. */
  readonly patience?: PatienceOptions
}

/** How long streams may take to close, in milliseconds; a server that is gone does not answer. */
const CLOSE_LIMIT_MS = 1_000

/**
 * Prepares the clients for a deployment. Lazy: nothing connects before the first use, so that a relay can start while
 * its MongoDB is down.
 *
 * @throws MongoParseError when the URI is not a connection string
 */
export function createDeployment(options: DeploymentOptions): Deployment {
  const { maxAwaitTimeMs = 1_000 } = options
  const sightings = createSightings()
  const { streams, control } = openClients(options, maxAwaitTimeMs, sightings.follow)
  const closing = new Set<Promise<void>>()
  return {
    streams,
    control,
    maxAwaitTimeMs,
    splitLargeEvents: true,
    hasUser: streams.current().options.credentials !== undefined,
    reasonOf: (cause) => failureReason(cause, sightings.get()),
    async operationTime() {
      const reply = await control.current().db('admin').command({ ping: 1 })
      const time: unknown = reply['operationTime']
      // the class says so
      return bsonClassOf(time) === 'Timestamp' ? (time as Timestamp) : undefined
    },
    awaitClose(closed) {
      closing.add(closed)
      void closed.finally(() => closing.delete(closed))
    },
    async close() {
      await settledWithin(Promise.all(closing), CLOSE_LIMIT_MS)
      await Promise.all([streams.close(), control.close()])
    },
  }
}

type Clients = Pick<Deployment, 'streams' | 'control'>

function openClients(
  options: DeploymentOptions,
  maxAwaitTimeMs: number,
  onClient: (client: MongoClient) => void,
): Clients {
  if ('client' in options) {
    onClient(options.client)
    const streams = holdClient(options.client)
    return { streams, control: streams }
  }
  const { uri, isFrugal = false, patience = {} } = options
  const { minClientAgeMs: minAgeMs } = patience
  const streams = createClientHolder(uri, { client: streamClientOptions(maxAwaitTimeMs, patience), minAgeMs, onClient })
  if (isFrugal) return { streams, control: streams }
  return { streams, control: createClientHolder(uri, { client: controlClientOptions(patience), minAgeMs, onClient }) }
}
