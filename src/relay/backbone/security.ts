import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import { type ConnectionOptions, credsAuthenticator } from '@nats-io/transport-node'
import { badUserInput } from '../../errors.ts'

/**
 * What has a connection use TLS, if one of the servers is to.
 *
 * The library of NATS has a certificate checked for `localhost` where it connects to an address. It is to be for one of
 * the addresses that are given.
 */
export function tlsOf(servers: readonly string[]): Pick<ConnectionOptions, 'tls'> {
  if (!servers.some((server) => server.startsWith('tls:'))) return {}
  const hosts = servers.map((server) => new URL(server).hostname.replace(/^\[|\]$/g, ''))
  const addresses = hosts.filter((host) => isIP(host) !== 0 || host === 'localhost')
  const check = (host: string, certificate: PeerCertificate) => {
    const names = host === 'localhost' && addresses.length > 0 ? addresses : [host]
    const faults = names.map((name) => checkServerIdentity(name, certificate))
    return faults.includes(undefined) ? undefined : faults[0]
  }
  // the library passes on to Node what it does not know
  return { tls: { checkServerIdentity: check } as NonNullable<ConnectionOptions['tls']> }
}

/** What URLs say of who connects. */
export function loginOf(servers: readonly string[]): Pick<ConnectionOptions, 'user' | 'pass' | 'token'> {
  const { username, password } = servers.map((server) => new URL(server)).find((url) => url.username !== '') ?? {}
  if (!username) return {}
  if (!password) return { token: decodeURIComponent(username) }
  return { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
}

/**
 * Reads a file with a JWT and a seed.
 *
 * @throws Error where it cannot be read, or holds something else
 */
export async function readCredentials(path: string): Promise<NonNullable<ConnectionOptions['authenticator']>> {
  const authenticator = credsAuthenticator(await readFile(path))
  // signs nothing; reads what it is made of
  authenticator()
  return authenticator
}

/** @throws RelayError `BAD_USER_INPUT` where {@link readCredentials} would fail */
export async function checkCredentials(path: string): Promise<void> {
  await readCredentials(path).catch((cause: unknown) => {
    const { message } = cause as Error
    throw badUserInput(`\`backboneCredentials\`: ${path} holds no NATS credentials that can be read: ${message}`)
  })
}
