import type { Authenticator } from '../auth/principal/anonymous.ts'
import type { CredentialSources } from './credentials.ts'
import type { Expiry } from './expiry.ts'

/** How a relay's transports find out who is at the other end, and notice when that is over. */
export interface Authentication extends CredentialSources {
  readonly authenticator: Authenticator
  readonly expiry: Expiry
}
