import { createHash, generateKeyPairSync } from 'node:crypto'

/** What stands for secrets that are not there, so that the rest of a configuration can be checked. */
export interface StandIns {
  /** The places that something stands in for, such as `auth.tokens[0].token`. */
  readonly places: readonly string[]
  /** Something valid for a place. */
  take(at: string): string
}

/** Creates stand-ins, of which none were taken. */
export function createStandIns(): StandIns {
  const places: string[] = []
  return {
    places,
    take(at) {
      places.push(at)
      if (at === 'mongoUri') return 'mongodb://stand-in.invalid/'
      if (at.endsWith('.jwksUrl')) return 'https://stand-in.invalid/'
      if (at.endsWith('.publicKey')) return createPublicKey()
      // long enough for every secret, another one for each place, and a digest as well
      return createHash('sha256').update(at).digest('hex')
    },
  }
}

function createPublicKey(): string {
  const publicKeyEncoding = { type: 'spki', format: 'pem' } as const
  const privateKeyEncoding = { type: 'pkcs8', format: 'pem' } as const
  return generateKeyPairSync('rsa', { modulusLength: 2_048, publicKeyEncoding, privateKeyEncoding }).publicKey
}
