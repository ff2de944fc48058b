import type { Rule } from './access/rules/rule.ts'
import type { AuthOptions } from './auth/auth-schema.ts'
import type { PlainOptions } from './options/options.generated.ts'
import { refuseUnknown, type RelayValues, withDefaults } from './options/values.ts'
import type { BackoffOptions } from '../util/waiting/backoff.ts'
import type { Logger } from '../util/logs/logger.ts'

/** How to run a relay. Everything has a default; durations are in milliseconds, sizes in bytes. */
export interface RelayOptions extends PlainOptions {
  /**
   * How callers identify themselves. Default: everybody is anonymous, which is refused where the relay listens on an
   * address that is not this machine's own, unless `allowAnonymous` says so.
   */
  readonly auth?: AuthOptions | undefined
  /**
   * Who may see what: for each namespace the first rule that fits decides, and where none fits nothing is visible.
   * Default: everything is visible to everybody. Checked when the relay is created.
   */
  readonly rules?: readonly Rule[] | undefined
  /** Delays between attempts to reach MongoDB again. */
  readonly backoff?: BackoffOptions | undefined
  /** Clock in milliseconds since 1970, by which credentials expire. Default `Date.now`. */
  readonly now?: (() => number) | undefined
  /** Receives what an operator should know. A line that it throws at is lost, and nothing else. Default: none. */
  readonly log?: Logger | undefined
}

/** The options that are more than one value; the compiler sees to it that none is missing. */
const OTHERS = { auth: true, rules: true, backoff: true, now: true, log: true } satisfies Record<
  Exclude<keyof RelayOptions, keyof PlainOptions>,
  true
>

const BACKOFF = { initialMs: true, maxMs: true, random: true } satisfies Record<keyof BackoffOptions, true>

/** Options with everything filled in that has a default. */
export type SettledOptions = RelayValues & Omit<RelayOptions, keyof PlainOptions>

/**
 * Checks the names and values of options, and fills in the defaults. `auth` and `rules` are checked by their own
 * schemas.
 *
 * @throws RelayError `BAD_USER_INPUT` that names the option, and for an unknown one the nearest
 */
export function settleOptions(options: RelayOptions): SettledOptions {
  refuseUnknown('`backoff` of createRelay', options.backoff ?? {}, Object.keys(BACKOFF))
  return withDefaults(options, Object.keys(OTHERS))
}
