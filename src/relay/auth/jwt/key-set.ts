import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import { fetchJson } from './fetch-json.ts'
import type { JwtSettings } from './jwt-schema.ts'
import { Unauthenticated } from '../unauthenticated.ts'

/** What {@link createKeySet} works with. */
export interface KeySetSurroundings {
  /** A clock that is never set, in milliseconds: the age of keys must not depend on the time of day. */
  readonly monotonicNow: () => number
  /** Called when the key set cannot be fetched, and when it can again. */
  readonly log: (line: string) => void
}

/** How long keys are used, and when they are asked for. */
export type KeySetSettings = Pick<
  JwtSettings,
  'jwksTimeoutMs' | 'jwksCooldownMs' | 'jwksRetryMs' | 'jwksMaxAgeMs' | 'jwksStaleMs' | 'jwksMaxBytes'
>

/**
 * The keys that an issuer publishes. Fetched with the first token, when they are older than `jwksMaxAgeMs`, and when a
 * token names a key that is not among them, as after a rotation: for the latter at most once within `jwksCooldownMs`,
 * whatever tokens callers make up.
 *
 * While they cannot be fetched the last ones are used for `jwksStaleMs`; an issuer's outage keeps no one out until
 * then.
 *
 * @throws Unauthenticated `unavailable` where there are no keys that could be used, and the last attempt failed
 */
export function createKeySet(
  url: URL,
  settings: KeySetSettings,
  { monotonicNow: now, log }: KeySetSurroundings,
): JWTVerifyGetKey {
  const { jwksCooldownMs, jwksRetryMs, jwksMaxAgeMs, jwksStaleMs } = settings
  const limits = { timeoutMs: settings.jwksTimeoutMs, maxBytes: settings.jwksMaxBytes }
  let current: { readonly find: JWTVerifyGetKey; readonly fetchedAtMs: number } | undefined
  let pending: Promise<void> | undefined
  let askedAtMs = -Infinity
  let failure: Unauthenticated | undefined

  const isYounger = (ageMs: number) => current !== undefined && now() - current.fetchedAtMs < ageMs
  const hasPassed = (ms: number) => now() - askedAtMs >= ms
  const mayRefresh = () => !failure || hasPassed(jwksRetryMs)
  const mayLookForKey = () => hasPassed(failure ? jwksRetryMs : jwksCooldownMs)
  const ask = () => (pending ??= load().finally(() => (pending = undefined)))

  async function load(): Promise<void> {
    askedAtMs = now()
    try {
      // it checks whether this is a key set
      const keys = (await fetchJson(url, limits)) as Parameters<typeof createLocalJWKSet>[0]
      current = { find: createLocalJWKSet(keys), fetchedAtMs: now() }
      if (failure) log('The key set of `auth.jwt.jwksUrl` can be fetched again')
      failure = undefined
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (!failure) log(`The key set of \`auth.jwt.jwksUrl\` cannot be fetched: ${reason}`)
      failure = new Unauthenticated('unavailable', 'The token cannot be checked at the moment; try again later', error)
    }
  }

  return async (header, token) => {
    if (!isYounger(jwksMaxAgeMs)) {
      const asked = mayRefresh() ? ask() : pending
      // during an outage only those wait who have no choice
      if (!failure || !isYounger(jwksMaxAgeMs + jwksStaleMs)) await asked
    }
    if (!current || !isYounger(jwksMaxAgeMs + jwksStaleMs)) throw failure ?? outdated()
    try {
      return await current.find(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      if (pending || mayLookForKey()) await ask()
      if (failure) throw failure
      return await current.find(header, token)
    }
  }
}

function outdated(): Unauthenticated {
  return new Unauthenticated('unavailable', 'The keys that tokens are checked with are outdated; try again later')
}
