import { beforeEach } from 'vitest'
import { CLAIMS, NOW_MS, SECRET, secretToken, seconds } from '../relay/auth/issuer.ts'
import { type RelayFixture, useRelay } from '../support/relay.ts'

/** A relay that takes tokens by a clock of the test's own. */
export interface ExpiringTokens {
  readonly at: RelayFixture
  /** The time, in milliseconds since 1970. */
  nowMs: number
  insert(_id: number): Promise<unknown>
  tokenUntil(ms: number): Promise<string>
}

/** Starts it before each test, at {@link NOW_MS}; it looks often for tokens that have expired. */
export function useExpiringTokens(): ExpiringTokens {
  const auth = {
    jwt: { secret: SECRET, issuer: 'issuer', audience: 'relay', clockToleranceMs: 0 },
    expiryGraceMs: 0,
    expiryCheckMs: 10,
  }
  // before the relay looks at it
  beforeEach(() => {
    clock.nowMs = NOW_MS
  })
  const at = useRelay(() => ({ auth, now: () => clock.nowMs }))
  const clock: ExpiringTokens = {
    at,
    nowMs: NOW_MS,
    insert: (_id) => at.deployment.client.db(at.db).collection<{ _id: number }>('c').insertOne({ _id }),
    tokenUntil: (ms) => secretToken({ ...CLAIMS, exp: seconds(ms) }),
  }
  return clock
}
