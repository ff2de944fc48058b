import { createSharedViews, type SharedViews } from './access/shared-views.ts'
import { createPolicy, type Policy } from './access/rules/policy.ts'
import { type Authenticator, EVERYBODY } from './auth/principal/anonymous.ts'
import { fromRequests, type PrincipalOf } from './auth/given-principal.ts'
import { parseNamespace } from './changes/scope.ts'
import { badUserInput } from '../errors.ts'
import { isLoopback } from '../util/addresses/loopback.ts'
import type { RelayOptions, SettledOptions } from './options.ts'
import { createClientAddress } from './transport/limits/client-address.ts'
import { createOriginPolicy, type OriginPolicy } from './transport/origin-policy.ts'

/** What a relay's options say, once they are known to be valid. */
export interface CheckedOptions {
  /** What the page watches first. */
  readonly namespace: { readonly db: string; readonly coll?: string }
  readonly authenticator: Authenticator
  readonly origins: OriginPolicy
  readonly policy: Policy
  /** Present where callers may share what they see. */
  readonly sharedViews: SharedViews | undefined
}

/**
 * Checks what can be checked before anything is started.
 *
 * @param principal tells who sends a request, in the place of `auth`
 * @throws RelayError `BAD_USER_INPUT` when the namespace, an origin, a host, a trusted proxy, a limit, `auth` or a rule
 *   is not valid, and when everybody could read everything
 */
export async function checkOptions<R>(
  options: SettledOptions,
  principal?: PrincipalOf<R> | undefined,
): Promise<CheckedOptions> {
  const { host, allowedHosts, allowedOrigins, trustedProxies, tokenSecret, sharedViewMs, now = Date.now } = options
  const namespace = toDefaultNamespace(options.namespace)
  const { allowAnonymous = options.auth?.allowAnonymous } = options
  const auth = options.auth && { ...options.auth, ...(allowAnonymous === undefined ? {} : { allowAnonymous }) }
  const authenticator = principal ? fromRequests(principal) : await toAuthenticator({ ...options, auth })
  if (!authenticator.isConfigured && allowAnonymous !== true) refuseOpenDoor(host)
  const { takesAnonymous, takesAmbient } = authenticator
  const origins = valid('An allowed origin or host', () =>
    createOriginPolicy({ host, allowedHosts, allowedOrigins, takesAnonymous, takesAmbient }),
  )
  valid('A trusted proxy', () => createClientAddress(trustedProxies))
  const rules = await toRules(options.rules)
  const policy = createPolicy({ rules, tokenSecret })
  const sharedViews =
    sharedViewMs === undefined ? undefined : createSharedViews({ rules, tokenSecret, lifetimeMs: sharedViewMs, now })
  return { namespace, authenticator, origins, policy, sharedViews }
}

/**
 * Makes something of an option.
 *
 * @throws RelayError `BAD_USER_INPUT` when that throws
 */
export function valid<T>(what: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw badUserInput(`${what} is not valid: ${error instanceof Error ? error.message : String(error)}`)
  }
}

// anyone who can reach the relay could read everything
function refuseOpenDoor(host: string): void {
  if (isLoopback(host)) return
  const advice = 'Set up authentication (`auth`), or allow everybody with `auth.allowAnonymous` (--allow-anonymous)'
  throw badUserInput(`On ${host || 'all addresses'} everybody who can reach it could read everything. ${advice}`)
}

/**
 * Checks rules. What does that is loaded only where there are some.
 *
 * @throws RelayError `BAD_USER_INPUT` for rules that are not valid
 */
export async function toRules(rules: RelayOptions['rules']) {
  if (rules === undefined) return []
  const { parseRules } = await import('./access/rules/rules-schema.ts')
  return parseRules(rules)
}

// the libraries that check credentials are loaded only where there are some to check
async function toAuthenticator({ auth, now, log }: RelayOptions): Promise<Authenticator> {
  if (auth === undefined) return EVERYBODY
  const { createAuthenticator } = await import('./auth/authenticator.ts')
  return createAuthenticator(auth, { ...(now ? { now } : {}), ...(log ? { log: (line) => log.warn({}, line) } : {}) })
}

/** @throws RelayError `BAD_USER_INPUT` for a text that names no namespace */
export function toDefaultNamespace(text: string): { readonly db: string; readonly coll?: string } {
  const { db, coll } = parseNamespace(text)
  if (db === undefined) throw badUserInput('The namespace is empty')
  return coll === undefined ? { db } : { db, coll }
}
