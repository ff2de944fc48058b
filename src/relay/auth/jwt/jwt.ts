import { errors, type JWTPayload, jwtVerify, type JWTVerifyOptions } from 'jose'
import { valueAt } from '../claims.ts'
import type { Principal } from '../principal/principal.ts'
import { toJwtKey } from './jwt-key.ts'
import type { JwtSettings } from './jwt-schema.ts'
import { toRefusal } from './jwt-refusal.ts'
import type { KeySetSurroundings } from './key-set.ts'
import { toRoles } from '../principal/roles.ts'
import { Unauthenticated } from '../unauthenticated.ts'

/** What {@link createJwtVerifier} works with. */
export interface JwtSurroundings extends KeySetSurroundings {
  /** Clock in milliseconds since 1970, as the issuer's is. */
  readonly now: () => number
}

/**
 * Checks JSON Web Tokens and says whom they stand for.
 *
 * A principal expires when its token is no longer taken: at its `exp`, or `maxAgeMs` after its `iat` if that is
 * earlier, plus the tolerance for the issuer's clock.
 *
 * @throws RelayError `BAD_USER_INPUT` for a key that is not valid; the function that it gives throws Unauthenticated
 * @see https://www.rfc-editor.org/rfc/rfc8725 for what is checked and why
 */
export function createJwtVerifier(
  settings: JwtSettings,
  surroundings: JwtSurroundings,
): (token: string) => Promise<Principal> {
  const { issuer, audience, clockToleranceMs, maxAgeMs, requireExpiry } = settings
  const { getKey, algorithms } = toJwtKey(settings, surroundings)
  const options: JWTVerifyOptions = {
    algorithms: [...algorithms],
    clockTolerance: clockToleranceMs / 1_000,
    requiredClaims: requireExpiry ? ['exp'] : [],
    ...(issuer === null ? {} : { issuer }),
    ...(audience === null ? {} : { audience }),
    ...(maxAgeMs === undefined ? {} : { maxTokenAge: maxAgeMs / 1_000 }),
  }

  return async (token) => {
    const claims = await verify(token)
    const subject = valueAt(claims, settings.subjectClaim)
    if (typeof subject !== 'string' || subject === '') throw noClaim(settings.subjectClaim, 'a string')
    const roles = toRoles(valueAt(claims, settings.rolesClaim))
    if (!roles) throw noClaim(settings.rolesClaim, 'a string or an array of strings')
    const expiresAtMs = expiryOf(claims)
    return { subject, roles, claims, ...(expiresAtMs === Infinity ? {} : { expiresAtMs }) }
  }

  async function verify(token: string): Promise<JWTPayload> {
    const now = { ...options, currentDate: new Date(surroundings.now()) }
    try {
      return (await jwtVerify(token, getKey, now)).payload
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw toRefusal(error)
      // a token that does not say which of several keys it is signed with
      for await (const key of error) {
        try {
          return (await jwtVerify(token, key, now)).payload
        } catch (reason) {
          if (!(reason instanceof errors.JWSSignatureVerificationFailed)) throw toRefusal(reason)
        }
      }
      throw toRefusal(new errors.JWSSignatureVerificationFailed())
    }
  }

  function expiryOf({ exp = Infinity, iat = Infinity }: JWTPayload): number {
    return Math.min(exp * 1_000, maxAgeMs === undefined ? Infinity : iat * 1_000 + maxAgeMs) + clockToleranceMs
  }
}

function noClaim(name: string, what: string): Unauthenticated {
  return new Unauthenticated('invalid', `The claim \`${name}\` of the token must be ${what}`)
}
