import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type NatsServer, type NatsServerOptions, startNatsServer } from './nats-server.ts'
import { startProxy } from './proxy.ts'

/** NATS servers that are one cluster, each as {@link NatsServer} says. */
export interface NatsCluster {
  readonly urls: readonly string[]
  /** In the order of their names: `nats-1` first. */
  readonly servers: readonly NatsServer[]
  /** The server of a name. */
  named(name: string): NatsServer
  stop(): Promise<void>
}

const NAMES = ['nats-1', 'nats-2', 'nats-3']

/** What docs/scaling.md has each server say of the cluster. */
function documentedBlock(): string {
  const text = readFileSync(join(import.meta.dirname, '../../docs/scaling.md'), 'utf8')
  const block = /^cluster \{$[^]*?^\}$/m.exec(text)
  if (!block) throw new Error('docs/scaling.md has no block `cluster`')
  return block[0]
}

/**
 * Starts three servers, by the example of docs/scaling.md. Each is reached by the others through a proxy, because they
 * have to know each other's ports before they listen.
 */
export async function startNatsCluster({ config = '', ...options }: NatsServerOptions = {}): Promise<NatsCluster> {
  const servers: NatsServer[] = []
  const links = await Promise.all(
    NAMES.map((_, n) =>
      startProxy(() => {
        const port = servers[n]?.routePort ?? -1
        return port > 0 ? { host: '127.0.0.1', port } : undefined
      }),
    ),
  )
  const cluster = NAMES.reduce(
    (text, name, n) => text.replaceAll(`${name}:6222`, `127.0.0.1:${links[n]?.port}`),
    documentedBlock(),
  )
    .replace('0.0.0.0:6222', '127.0.0.1:-1')
    // what they tell each other of would be behind the proxies
    .replace(/\}\s*$/, 'no_advertise: true\n}')
  await Promise.all(
    NAMES.map(async (name, n) => {
      const own = `${config.replace(/^server_name:.*$/m, '')}\nserver_name: ${name}\n${cluster}`
      servers[n] = await startNatsServer({ ...options, config: own })
    }),
  )
  return {
    urls: servers.map(({ url }) => url),
    servers,
    named(name) {
      const server = servers[NAMES.indexOf(name)]
      if (!server) throw new Error(`There is no server ${name}`)
      return server
    },
    async stop() {
      for (const server of servers) await server.stop()
      for (const link of links) await link.stop()
    },
  }
}
