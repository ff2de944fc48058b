import type { Deployment } from '../mongo/deployment.ts'
import type { Scope } from '../changes/scope.ts'
import type { RelayValues } from '../options/values.ts'
import type { OutageOptions } from '../mongo/watch.ts'
import type { Logger } from '../../util/logger.ts'
import type { Trace } from '../../util/trace.ts'

/** What a feed holds to. */
export type FeedLimits = Pick<
  RelayValues,
  | 'windowBytes'
  | 'windowEvents'
  | 'encodedBytes'
  | 'lingerMs'
  | 'maxCatchUps'
  | 'catchUpTurnMs'
  | 'maxCatchUpsPerPrincipal'
  | 'slowConsumerMs'
  | 'maxFilterStepsPerSecond'
  | 'maxFilterBytesPerPrincipal'
  | 'maxSubscriptions'
  | 'maxUpstreams'
  | 'maxUpstreamsPerPrincipal'
>

/** Options of `createFeed`. */
export interface FeedOptions {
  readonly deployment: Deployment
  /** The scope that is watched from the start on, and for as long as the feed runs. */
  readonly defaultScope: Scope
  readonly outage?: OutageOptions
  readonly limits?: Partial<FeedLimits>
  /** Receives what happens to MongoDB and to subscribers. Default: none. */
  readonly log?: Logger
  /** Makes spans of subscribing and catching up. Default: none. */
  readonly trace?: Trace | undefined
  /**
   * Called once for each batch that live subscribers got, with how long ago its last event was written, in
   * milliseconds.
   */
  readonly onDelivered?: ((lagMs: number) => void) | undefined
  /**
   * How long to wait after an error of the default scope that trying again does not mend, in milliseconds. Default
   * 10,000.
   */
  readonly retryMs?: number
}
