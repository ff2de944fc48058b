import { errors } from 'jose'
import { Unauthenticated } from '../unauthenticated.ts'

/** What claims that fail their check say to a person. */
const FAILED_CLAIMS: Readonly<Record<string, string>> = {
  iss: 'The token is from another issuer',
  aud: 'The token is for another audience',
  nbf: 'The token is not valid yet',
  iat: 'The token was issued in the future',
}

/**
 * Says in words that help an honest client why a token is not taken. Neither the words nor the cause hold any of the
 * token: the verifier's own errors hold its claims.
 */
export function toRefusal(error: unknown): Unauthenticated {
  if (error instanceof Unauthenticated) return error
  if (error instanceof errors.JWTExpired) {
    return invalid(error.claim === 'exp' ? 'The token has expired' : 'The token is too old')
  }
  if (error instanceof errors.JWTClaimValidationFailed) return invalid(toClaimText(error))
  if (error instanceof errors.JOSEAlgNotAllowed) return invalid('The token is signed by an algorithm that is not taken')
  if (error instanceof errors.JWSSignatureVerificationFailed) return invalid('The signature of the token is not valid')
  if (error instanceof errors.JWKSNoMatchingKey) return invalid('The token is signed with a key that is not known')
  if (error instanceof errors.JOSEError) return invalid('The token is not a valid JWT')
  // a key of the issuer that cannot be used, such as one that is too short
  return new Unauthenticated('invalid', 'The token cannot be checked with the key that it is signed with', error)
}

function toClaimText({ claim, reason }: errors.JWTClaimValidationFailed): string {
  if (reason === 'missing') return `The token has no \`${claim}\``
  if (reason === 'check_failed') return FAILED_CLAIMS[claim] ?? `The \`${claim}\` of the token is not the expected one`
  return `The \`${claim}\` of the token is not valid`
}

function invalid(message: string): Unauthenticated {
  return new Unauthenticated('invalid', message)
}
