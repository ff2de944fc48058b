import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { JWTVerifyGetKey } from 'jose'
import { badUserInput } from '../../../errors.ts'
import { type Algorithm, algorithmsOf, HMAC_ALGORITHMS, PUBLIC_KEY_ALGORITHMS } from './algorithms.ts'
import type { JwtSettings } from './jwt-schema.ts'
import { createKeySet, type KeySetSurroundings } from './key-set.ts'

/** Where keys come from, and the algorithms that go with them. */
export interface JwtKey {
  readonly getKey: JWTVerifyGetKey
  /** Never both of secrets and of public keys: a public key must not be taken for a secret. */
  readonly algorithms: readonly Algorithm[]
}

/** Shorter RSA keys can be broken. Bits. */
const MIN_RSA_BITS = 2_048

/**
 * The key that the settings name.
 *
 * @throws RelayError `BAD_USER_INPUT` for a public key that cannot be read or does not fit the algorithms
 */
export function toJwtKey(settings: JwtSettings, surroundings: KeySetSurroundings): JwtKey {
  const { secret, publicKey, jwksUrl, algorithms } = settings
  if (secret !== undefined) {
    const bytes = new TextEncoder().encode(secret)
    return { getKey: async () => bytes, algorithms: algorithms ?? HMAC_ALGORITHMS }
  }
  if (jwksUrl !== undefined) {
    const getKey = createKeySet(new URL(jwksUrl), settings, surroundings)
    return { getKey, algorithms: algorithms ?? PUBLIC_KEY_ALGORITHMS }
  }
  const key = readPublicKey(publicKey)
  const fitting = algorithmsOf(key)
  if (fitting.length === 0) throw badKey('is of a kind that is not supported: use RSA, P-256, P-384, P-521 or Ed25519')
  const odd = algorithms?.find((name) => !fitting.includes(name))
  if (odd !== undefined) throw badUserInput(`\`auth.jwt.algorithms\`: ${odd} does not fit the public key`)
  return { getKey: async () => key, algorithms: algorithms ?? fitting }
}

function readPublicKey(given: JwtSettings['publicKey']): KeyObject {
  const isPrivate = typeof given === 'string' ? given.includes('PRIVATE KEY') : given !== undefined && 'd' in given
  if (isPrivate) throw badKey('holds a private key; only the issuer should have that')
  const key = parsePublicKey(given)
  const { modulusLength = MIN_RSA_BITS } = key.asymmetricKeyDetails ?? {}
  if (modulusLength < MIN_RSA_BITS) throw badKey(`has ${modulusLength} bits, and needs ${MIN_RSA_BITS} or more`)
  return key
}

function parsePublicKey(given: JwtSettings['publicKey']): KeyObject {
  try {
    // what is no JSON Web Key is refused by the parser
    return createPublicKey(typeof given === 'string' ? given : { key: given as JsonWebKey, format: 'jwk' })
  } catch {
    // the parser's own error says nothing that a person could use, and might quote the key
    throw badKey('is no public key in PEM (SPKI or X.509), and no JSON Web Key')
  }
}

function badKey(what: string): Error {
  return badUserInput(`\`auth.jwt.publicKey\` ${what}`)
}
