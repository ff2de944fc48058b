import { createHash, timingSafeEqual } from 'node:crypto'
import type { Principal } from './principal/principal.ts'
import type { StaticToken } from './auth-schema.ts'

/**
 * Finds the principal of a static token.
 *
 * Compares SHA-256 digests, always all of them and each in constant time, so that the time it takes tells nothing about
 * any token.
 */
export function createStaticTokens(tokens: readonly StaticToken[]): (token: string) => Principal | undefined {
  const entries = tokens.map(({ subject, roles, claims = {}, ...token }) => ({
    digest: digestOf(token),
    principal: { subject, roles, claims } satisfies Principal,
  }))
  return (token) => {
    if (entries.length === 0) return undefined
    const digest = sha256(token)
    let found: Principal | undefined
    for (const entry of entries) if (timingSafeEqual(entry.digest, digest)) found = entry.principal
    return found
  }
}

/** The digest that a static token is known by. */
export function digestOf({ token, sha256: hex }: Pick<StaticToken, 'token' | 'sha256'>): Buffer {
  return token === undefined ? Buffer.from(hex ?? '', 'hex') : sha256(token)
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
