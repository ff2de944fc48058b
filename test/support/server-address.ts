import { MongoClient } from 'mongodb'

/** Where a server listens. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
}

/** The first server of a URI: what a proxy of a test leads to. */
export function serverOf(uri: string): ServerAddress {
  const [first] = new MongoClient(uri).options.hosts
  if (first?.host === undefined || first.port === undefined) {
    throw new Error(`To put a proxy before it, the tests need a MONGODB_URI that lists servers, and not ${uri}`)
  }
  return { host: first.host, port: first.port }
}

/** The same URI through a proxy on a port of this machine: to that one server, whatever its set. */
export function uriThrough(uri: string, port: number): string {
  const [base = '', query] = uri
    .replace(/^(mongodb:\/\/(?:[^@/?]*@)?)[^/?]+/, (_, before: string) => `${before}127.0.0.1:${port}`)
    .split('?')
  const parameters = new URLSearchParams(query)
  parameters.delete('replicaSet')
  parameters.set('directConnection', 'true')
  // the certificate of a server does not name the proxy
  if (parameters.get('tls') === 'true') parameters.set('tlsAllowInvalidHostnames', 'true')
  return `${/^mongodb:\/\/[^/]+$/.test(base) ? `${base}/` : base}?${parameters.toString()}`
}
