import { badUserInput } from '../errors.ts'
import type { Trace } from '../util/trace.ts'
import type { PrincipalOf } from './auth/given-principal.ts'
import { type GivenDeployment, requireDeployment } from './given-deployment.ts'
import { type RelayOptions, type SettledOptions, settleOptions } from './options.ts'
import { refuseUnknown } from './options/values.ts'

/** The options of a relay that hold where others transport its changes. */
const OF_CHANGES = [
  'maxAwaitTimeMs',
  'startTimeoutMs',
  'outageLimitMs',
  'rules',
  'tokenSecret',
  'allowAnonymous',
  'windowBytes',
  'windowEvents',
  'encodedBytes',
  'lingerMs',
  'warmStartMs',
  'maxUpstreams',
  'maxUpstreamsPerPrincipal',
  'maxCatchUps',
  'catchUpTurnMs',
  'maxCatchUpsPerPrincipal',
  'maxSubscriptions',
  'maxSubscriptionsPerPrincipal',
  'maxResultBytes',
  'maxBufferedBytes',
  'slowConsumerMs',
  'keepAliveMs',
  'maxFilterStepsPerSecond',
  'maxFilterBytesPerPrincipal',
  'maxTokenBytes',
  'backoff',
  'now',
  'log',
] as const satisfies readonly (keyof RelayOptions)[]

/** The options besides. */
const OTHERS = ['mongoUri', 'client', 'principal', 'trace']

/** How to have changes in one's own schema. Everything but where MongoDB is has a default. */
export interface ChangesOptions<Context = unknown>
  extends Pick<RelayOptions, (typeof OF_CHANGES)[number]>, GivenDeployment {
  /**
   * Tells who asks, from what the server gives its resolvers as their context; nothing: somebody who may not watch.
   * Default: `subscribe` alone serves, which is given its caller, unless `allowAnonymous` lets everybody watch.
   */
  readonly principal?: PrincipalOf<Context> | undefined
  /** Makes spans of what is delivered. Default: none. */
  readonly trace?: Trace | undefined
}

/** The same, checked as far as that can be done at once. */
export interface SettledChangesOptions<Context> extends Pick<
  ChangesOptions<Context>,
  'client' | 'mongoUri' | 'principal' | 'trace'
> {
  readonly relay: SettledOptions
}

/** @throws RelayError `BAD_USER_INPUT` that names the option */
export function settleChangesOptions<Context>(given: ChangesOptions<Context>): SettledChangesOptions<Context> {
  refuseUnknown('createChanges', given, [...OF_CHANGES, ...OTHERS])
  requireDeployment('createChanges', given)
  const { client, mongoUri, principal, trace, ...relay } = given
  if (principal && relay.allowAnonymous === true) {
    throw badUserInput('Give either `principal` or `allowAnonymous`, not both')
  }
  return { client, mongoUri, principal, trace, relay: settleOptions({ ...relay, mongoUri }) }
}
