import { type Core, ENDPOINT } from '../../relay/core.ts'
import type { SettledOptions } from '../../relay/options.ts'
import { createClientAddress } from '../../relay/transport/limits/client-address.ts'
import { createHttpServer } from './http-server.ts'
import { listen, stopListening } from './listen.ts'
import { createMetricsServer } from './metrics-server.ts'
import { createUpgrades } from './websocket/upgrades.ts'

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
  /** Takes no more connections; settles when those that there are have got their answers. */
  stop(): Promise<void>
  /** Closes the port of the metrics, which tell to the last what goes on. */
  stopMetrics(): Promise<void>
}

/** What Node takes of a request's headers by default, in bytes. */
const USUAL_HEADER_BYTES = 16_384

/** Puts servers in front of a relay. Not listening yet. */
export function createServers(options: SettledOptions, core: Core): Servers {
  const { metricsPort, stopGraceMs, maxMessageBytes } = options
  const upgrades = createUpgrades(core.sockets, maxMessageBytes)
  const server = createHttpServer({
    core,
    upgrades,
    maxHeaderBytes: maxMessageBytes + USUAL_HEADER_BYTES,
    limits: options,
    clients: createClientAddress(options.trustedProxies),
  })
  const metricsServer = metricsPort === undefined ? undefined : metricsServerOf(options, core)

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
    stop() {
      upgrades.stop()
      return stopListening(server, stopGraceMs)
    },
    async stopMetrics() {
      if (metricsServer) await stopListening(metricsServer, 0)
    },
  }
}

function metricsServerOf(options: SettledOptions, { metrics, trouble, reportError }: Core) {
  return metrics && createMetricsServer(options, { read: metrics.read, trouble, reportError })
}
