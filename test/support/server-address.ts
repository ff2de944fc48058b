import type { MongoClient } from 'mongodb'

/** Where a server listens. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
}

/** Where a URL of this machine leads. */
export function addressOf(url: string): ServerAddress {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port) }
}

/** The server that takes the writes of a client: the primary, or a `mongos`. What a proxy of a test leads to. */
export async function writableServer(client: MongoClient): Promise<ServerAddress> {
  const { primary } = await client.db('admin').command({ hello: 1 }, { readPreference: 'primary' })
  const [first] = client.options.hosts
  // a mongos names none
  const address = typeof primary === 'string' ? primary : `${first?.host}:${first?.port}`
  const colon = address.lastIndexOf(':')
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) }
}

/** The same URI through a proxy on a port of this machine: to that one server, whatever its set. */
export function uriThrough(uri: string, port: number): string {
  const [base = '', query] = uri
    .replace(/^mongodb(?:\+srv)?:\/\/((?:[^@/?]*@)?)[^/?]+/, (_, user: string) => `mongodb://${user}127.0.0.1:${port}`)
    .split('?')
  const parameters = new URLSearchParams(query)
  for (const name of ['replicaSet', 'srvMaxHosts', 'srvServiceName']) parameters.delete(name)
  parameters.set('directConnection', 'true')
  const isSecure = parameters.get('tls') ?? parameters.get('ssl') ?? String(uri.startsWith('mongodb+srv:'))
  if (isSecure === 'true') {
    parameters.delete('ssl')
    parameters.set('tls', 'true')
    // the certificate of a server does not name the proxy
    if (!parameters.has('tlsInsecure')) parameters.set('tlsAllowInvalidHostnames', 'true')
  }
  return `${/^mongodb:\/\/[^/]+$/.test(base) ? `${base}/` : base}?${parameters.toString()}`
}
