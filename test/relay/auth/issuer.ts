import { generateKeyPairSync } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, type JWK, SignJWT } from 'jose'

/** 2026-01-01, in milliseconds since 1970: the time in tests with a clock of their own. */
export const NOW_MS = 1_767_225_600_000

/** A secret of the least length that is taken. */
export const SECRET = 'a-secret-of-thirty-two-bytes-ok!'

/** Whole seconds, as claims have them. */
export const seconds = (ms: number): number => Math.floor(ms / 1_000)

/** Claims as a test makes them up, valid or not; those that are undefined are absent. */
export type TestClaims = Readonly<Record<string, unknown>>

/** Claims that are in order at {@link NOW_MS}. */
export const CLAIMS: TestClaims = { sub: 'ada', iss: 'issuer', aud: 'relay', exp: seconds(NOW_MS) + 60 }

/** A token signed with {@link SECRET}. */
export function secretToken(claims: TestClaims = CLAIMS, alg = 'HS256', secret = SECRET): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret))
}

/** An RSA key pair as PEM and JWK, with a way to sign. */
export interface SigningKey {
  readonly pem: string
  readonly jwk: JWK
  sign(claims?: TestClaims, header?: { readonly kid?: string }): Promise<string>
}

/** Makes a key pair. */
export async function createSigningKey(kid: string, alg = 'RS256'): Promise<SigningKey> {
  const { privateKey, publicKey } = alg.startsWith('RS')
    ? generateKeyPairSync('rsa', { modulusLength: 2_048 })
    : alg === 'EdDSA'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    pem: String(publicKey.export({ type: 'spki', format: 'pem' })),
    jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
    sign: (claims = CLAIMS, header = { kid }) =>
      new SignJWT(claims).setProtectedHeader({ alg, ...header }).sign(privateKey),
  }
}

interface KeySet {
  readonly keys: readonly JWK[]
}

/** A server of key sets on this machine. */
export interface KeyServer {
  readonly url: string
  /** How often it was asked. */
  readonly requests: () => number
  /** What it answers from now on: a key set, or whatever the function does. */
  answer(how: KeySet | ((response: ServerResponse) => void)): void
  /** Has who asks next wait, and gives what answers when that has come. */
  hold(keys: KeySet): Promise<() => void>
  stop(): Promise<void>
}

/** Starts a server of key sets. */
export async function startKeyServer(): Promise<KeyServer> {
  let requests = 0
  let respond = (response: ServerResponse): void => void response.writeHead(404).end()
  const server = createServer((_request, response) => {
    requests++
    respond(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    requests: () => requests,
    answer(how) {
      respond = typeof how === 'function' ? how : (response) => void response.end(JSON.stringify(how))
    },
    hold(keys) {
      return new Promise((resolve) => {
        respond = (response) => resolve(() => void response.end(JSON.stringify(keys)))
      })
    },
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
