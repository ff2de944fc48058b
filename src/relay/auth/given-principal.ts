import type { Authenticator } from './principal/anonymous.ts'
import type { Principal } from './principal/principal.ts'
import { Unauthenticated } from './unauthenticated.ts'

/** Who asks, as the server that a relay is mounted in knows it. */
export type GivenPrincipal = Pick<Principal, 'subject' | 'expiresAtMs'> & Partial<Principal>

/**
 * Tells who sends a request, from its session, say; nothing: somebody who may not come in. What it throws is logged,
 * and the request fails.
 */
export type PrincipalOf<R> = (
  request: R,
) => GivenPrincipal | undefined | null | Promise<GivenPrincipal | undefined | null>

/** Asks the server that the relay is mounted in who a caller is. */
export function fromRequests<R>(principalOf: PrincipalOf<R>): Authenticator {
  return {
    isConfigured: true,
    takesAnonymous: false,
    takesAmbient: true,
    async authenticate({ request }) {
      if (request === undefined) throw new Unauthenticated('invalid', 'A session is renewed by connecting again')
      // what its adapter hands in with each request
      return toPrincipal(await principalOf(request as R))
    },
  }
}

/**
 * The caller that was given.
 *
 * @throws Unauthenticated where there is none
 */
export function toPrincipal(given: GivenPrincipal | undefined | null): Principal {
  if (!given) throw new Unauthenticated('missing', 'There is no session')
  const { subject, roles = [], claims = {}, expiresAtMs } = given
  if (typeof subject !== 'string' || subject === '') {
    throw new TypeError('`principal` gave a caller without a `subject`: a text that is the same for all its requests')
  }
  return { subject, roles, claims, ...(expiresAtMs === undefined ? {} : { expiresAtMs }) }
}
