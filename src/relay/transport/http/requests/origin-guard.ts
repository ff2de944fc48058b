import type { Logger } from '../../../../util/logs/logger.ts'
import { createRateLimitedWarn } from '../../../../util/logs/rate-limited-log.ts'
import type { RequestHeaders } from '../headers.ts'
import type { OriginPolicy } from '../../origin-policy.ts'
import type { Refusal } from './refusal.ts'

/** Refuses what an {@link OriginPolicy} does not allow, and tells caller and operator which setting would allow it. */
export interface OriginGuard {
  /** Why a request is refused because of the name that it is sent to. */
  refuseHost(headers: RequestHeaders): Refusal | undefined
  /** Why a request is refused because of the page that sends it. */
  refusePage(headers: RequestHeaders): Refusal | undefined
}

/** How much of a name that somebody else has chosen is repeated. */
const MAX_SHOWN = 100

/** Logs a line for each of the two kinds at most every 10 seconds. */
export function createOriginGuard(policy: OriginPolicy, log: Logger): OriginGuard {
  const warn = createRateLimitedWarn({ log, now: () => performance.now() })
  const forbid = (kind: string, message: string): Refusal => {
    warn(kind, { code: 'FORBIDDEN' }, message)
    return { status: 403, code: 'FORBIDDEN', message }
  }
  return {
    refuseHost(headers) {
      const host = policy.foreignHost(headers)
      return host === undefined ? undefined : forbid('host', foreignHost(host))
    },
    refusePage(headers) {
      return policy.isPageAllowed(headers) ? undefined : forbid('page', foreignPage(headers.origin))
    },
  }
}

function foreignHost(host: string): string {
  const name = host.slice(0, MAX_SHOWN)
  return [
    `The relay does not answer to the host name ${name}.`,
    `If that is one of its own, add it to its settings: --allow-host ${name},`,
    `or --allow-origin https://${name} if it is where pages come from`,
  ].join(' ')
}

function foreignPage(origin: string | undefined): string {
  if (origin === undefined) {
    return 'A page of another site asks without its origin: it must ask with CORS, and --allow-origin must list it'
  }
  const known = URL.canParse(origin) ? new URL(origin).origin : 'null'
  if (known === 'null') {
    return 'Pages without an origin, such as files, may not use the relay: serve them, and list where with --allow-origin'
  }
  const name = known.slice(0, MAX_SHOWN)
  return `Pages of ${name} may not use the relay. If they shall, add it to its settings: --allow-origin ${name}`
}
