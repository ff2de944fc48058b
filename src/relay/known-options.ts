import type { BackoffOptions } from '../util/backoff.ts'
import { badUserInput } from '../errors.ts'
import { suggestion } from '../util/nearest.ts'
import type { RelayOptions } from './options.ts'
import { DEFAULTS } from './defaults.ts'

/** The options that have no default of their own; the compiler sees to it that none is missing. */
const OTHERS = {
  mongoUri: true,
  enginePort: true,
  enginePortIsPreference: true,
  pageRoot: true,
  auth: true,
  allowAnonymous: true,
  now: true,
  rules: true,
  tokenSecret: true,
  maxConnectionsPerAddress: true,
  maxSubscriptionsPerPrincipal: true,
  maxUpstreamsPerPrincipal: true,
  maxOutputBytesPerSecond: true,
  maxCatchUpsPerPrincipal: true,
  backoff: true,
  metricsToken: true,
  metricsPort: true,
  log: true,
} satisfies Record<Exclude<keyof RelayOptions, keyof typeof DEFAULTS>, true>

const BACKOFF = { initialMs: true, maxMs: true, random: true } satisfies Record<keyof BackoffOptions, true>

/**
 * Refuses what is no option: mistyped, it would do nothing and say nothing, as `mongo` would start an engine. The parts of
 * `auth` and `rules` are checked by their own schemas.
 *
 * @throws RelayError `BAD_USER_INPUT` that names the nearest option
 */
export function refuseUnknownOptions(options: RelayOptions): void {
  refuseUnknown('createRelay', options, Object.keys({ ...DEFAULTS, ...OTHERS }))
  refuseUnknown('`backoff` of createRelay', options.backoff ?? {}, Object.keys(BACKOFF))
}

function refuseUnknown(place: string, given: object, known: readonly string[]): void {
  const odd = Object.keys(given).find((name) => !known.includes(name))
  if (odd !== undefined)
    throw badUserInput(`Unknown option ${JSON.stringify(odd)} of ${place}${suggestion(odd, known)}`)
}
