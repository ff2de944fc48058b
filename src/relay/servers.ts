import { fileURLToPath } from 'node:url'
import type { Services } from './graphql/context.ts'
import { createOperationLimits } from './graphql/limits/operation-limits.ts'
import { createOperations } from './graphql/operations/operations.ts'
import { createSchema } from './graphql/schema.ts'
import { SILENT } from '../util/logger.ts'
import type { Metrics } from './telemetry/metrics.ts'
import type { Authentication } from './transport/authentication.ts'
import type { ConnectionCounts } from './transport/connection-counts.ts'
import { createGraphiql } from './transport/http/graphiql.ts'
import { createGraphqlHandler } from './transport/http/graphql/graphql-http.ts'
import { createHttpServer } from './transport/http/http-server.ts'
import { createOriginGuard } from './transport/http/requests/origin-guard.ts'
import { createClientAddress } from './transport/limits/client-address.ts'
import { createOutputRate } from './transport/limits/output-rate.ts'
import { listen, stopListening } from './transport/http/listen.ts'
import { createMetricsHandler, createMetricsServer } from './transport/http/metrics-http.ts'
import { createOriginPolicy } from './transport/origin-policy.ts'
import { createPageFiles } from './transport/http/page-files.ts'
import { createWebSockets } from './transport/websocket/websocket.ts'
import type { SettledOptions } from './options.ts'

/** What a relay's servers serve. */
export interface Served {
  readonly services: Services
  readonly authentication: Authentication
  readonly connections: ConnectionCounts
  readonly metrics: Metrics | undefined
  /** The folder of the live page. */
  readonly pageRoot: string
  /** Why the relay cannot serve now; `undefined` when it can. */
  readonly trouble: () => string | undefined
}

/** Where the servers can be reached. */
export interface Addresses {
  readonly url: string
  readonly graphqlUrl: string
  readonly metricsUrl?: string
}

/** Everything that a relay listens with. */
export interface Servers {
  readonly isListening: boolean
  /** @throws Error with a `code` such as `EADDRINUSE`, `EACCES` or `ENOTFOUND` */
  listen(): Promise<Addresses>
  /** Takes no more connections, has all subscriptions ended, and then closes what is open. */
  stop(endSubscriptions: () => void): Promise<void>
  /** Closes the port of the metrics, which tell to the last what goes on. */
  stopMetrics(): Promise<void>
}

/** The path of everything GraphQL. */
const ENDPOINT = '/graphql'

/** The folder of GraphiQL's pages, beside the sources and beside what is built of them. */
const GRAPHIQL_ROOT = fileURLToPath(new URL('../../dist/graphiql/', import.meta.url))

/** What Node takes of a request's headers by default, in bytes. */
const USUAL_HEADER_BYTES = 16_384

/** Puts the transports together. Not listening yet. */
export function createServers(options: SettledOptions, served: Served): Servers {
  const { metricsPort, metricsToken, stopGraceMs, log = SILENT } = options
  const { metrics, trouble, authentication, services, connections } = served
  const { reportError } = services
  const outputRate = createOutputRate({ bytesPerSecond: options.maxOutputBytesPerSecond ?? Infinity })
  const clients = createClientAddress(options.trustedProxies)
  const schema = createSchema({ sandbox: services.sandbox !== undefined })
  const operationLimits = createOperationLimits(options)
  const operations = createOperations(schema, operationLimits)
  const common = { schema, services, operationLimits, operations, authentication, limits: options, outputRate, clients }
  const webSockets = createWebSockets({ ...common, counts: connections })
  const server = createHttpServer({
    endpoint: ENDPOINT,
    graphql: createGraphqlHandler({ ...common, endpoint: ENDPOINT, connections }),
    graphiql: options.graphiql
      ? createGraphiql(ENDPOINT, GRAPHIQL_ROOT, authentication.authenticator.isConfigured ? 'SSE' : 'WS')
      : undefined,
    trouble,
    metrics: metrics && metricsToken !== undefined ? createMetricsHandler(metrics.read, metricsToken) : undefined,
    page: createPageFiles(served.pageRoot),
    upgrade: webSockets.upgrade,
    origins: authentication.origins,
    maxHeaderBytes: options.maxMessageBytes + USUAL_HEADER_BYTES,
    limits: options,
    clients,
    log,
    reportError,
    noteLimit: services.noteLimit,
  })
  const metricsServer =
    metrics && metricsPort !== undefined
      ? createMetricsServer({
          metrics: createMetricsHandler(metrics.read),
          trouble,
          guard: createOriginGuard(
            createOriginPolicy({ ...options, host: options.metricsHost, allowedOrigins: [] }),
            log,
          ),
          reportError,
        })
      : undefined

  return {
    get isListening() {
      return server.listening
    },
    async listen() {
      const url = await listen(server, options.host, options.port)
      const addresses = { url, graphqlUrl: new URL(ENDPOINT, url).href }
      if (!metricsServer) return addresses
      const metricsUrl = await listen(metricsServer, options.metricsHost, metricsPort ?? 0)
      return { ...addresses, metricsUrl: new URL('metrics', metricsUrl).href }
    },
    async stop(endSubscriptions) {
      const notListening = stopListening(server, stopGraceMs)
      endSubscriptions()
      outputRate.stop()
      // the last messages to subscribers must be on their way before the sockets close
      await new Promise((resolve) => setImmediate(resolve))
      await Promise.all([webSockets.stop(stopGraceMs), notListening])
    },
    async stopMetrics() {
      if (metricsServer) await stopListening(metricsServer, 0)
    },
  }
}
