import { ANONYMOUS, type Principal } from './principal/principal.ts'
import type { Authenticator } from './principal/anonymous.ts'
import type { AuthOptions } from './auth-schema.ts'
import { readAuthOptions } from './auth-settings.ts'
import { bearerToken } from './bearer-token.ts'
import { createJwtVerifier } from './jwt/jwt.ts'
import { createStaticTokens } from './static-tokens.ts'
import { Unauthenticated } from './unauthenticated.ts'

/** What {@link createAuthenticator} works with, besides what an operator configures. */
export interface AuthenticatorSurroundings {
  /** Clock in milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number
  /** A clock that is never set, in milliseconds, for the age of keys. Default `performance.now`. */
  readonly monotonicNow?: () => number
  /** Receives lines about what an operator should know: a key set that cannot be fetched. Default: none. */
  readonly log?: (line: string) => void
}

/**
 * Finds out who a caller is, by static tokens first, then by JWT.
 *
 * **Cost**: one SHA-256, and one comparison for each static token; for a JWT one verification of its signature, and a
 * request for the key set when that is older than its settings say, shared by all who wait.
 *
 * @throws RelayError `BAD_USER_INPUT` for options that are not valid; it never repeats a secret
 */
export function createAuthenticator(
  options: AuthOptions,
  { now = Date.now, monotonicNow = () => performance.now(), log = () => undefined }: AuthenticatorSurroundings = {},
): Authenticator {
  const { jwt, tokens = [], maxTokenBytes, ...settings } = readAuthOptions(options)
  const isConfigured = jwt !== undefined || tokens.length > 0
  const allowAnonymous = settings.allowAnonymous ?? !isConfigured
  const findMachine = createStaticTokens(tokens)
  const verifyJwt = jwt && createJwtVerifier(jwt, { now, monotonicNow, log })

  return {
    isConfigured,
    takesAnonymous: !isConfigured || allowAnonymous,
    takesAmbient: false,
    async authenticate(credentials): Promise<Principal> {
      // with nothing to judge them by, credentials are another party's, such as a proxy's
      if (!isConfigured) return ANONYMOUS
      const token = bearerToken(credentials, maxTokenBytes)
      if (token === undefined) {
        if (allowAnonymous) return ANONYMOUS
        throw new Unauthenticated('missing', 'Credentials are missing: send `Authorization: Bearer` with a token')
      }
      const machine = findMachine(token)
      if (machine) return machine
      if (verifyJwt) return verifyJwt(token)
      throw new Unauthenticated('invalid', 'The bearer token is not known')
    },
  }
}
