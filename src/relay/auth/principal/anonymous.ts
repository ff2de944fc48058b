import { ANONYMOUS, type Principal } from './principal.ts'
import type { Credentials } from '../bearer-token.ts'

/** Finds out who a caller is. */
export interface Authenticator {
  /** Whether there are credentials that it takes; if not, everybody is anonymous. */
  readonly isConfigured: boolean
  /** Whether callers without credentials are served. */
  readonly takesAnonymous: boolean
  /**
   * Whether callers are known by what browsers add to what any page sends, such as a session's cookie, besides the
   * credentials that they bring themselves.
   */
  readonly takesAmbient: boolean
  /**
   * The principal that credentials stand for; {@link ANONYMOUS} where there are none and that is allowed.
   *
   * @throws Unauthenticated for credentials that are not good, for none where they are needed, and where they cannot be
   * checked at the moment. Its message says what is wrong, and never repeats them
   */
  authenticate(credentials: Credentials): Promise<Principal>
}

/** Takes everybody as anonymous. Loads none of what checks credentials. */
export const EVERYBODY: Authenticator = {
  isConfigured: false,
  takesAnonymous: true,
  takesAmbient: false,
  authenticate: () => Promise.resolve(ANONYMOUS),
}
