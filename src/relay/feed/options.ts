import type { Change } from '../changes/change.ts'
import type { ChangeSource } from '../changes/change-source.ts'
import type { Scope } from '../changes/scope.ts'
import type { RelayValues } from '../options/values.ts'
import type { Logger } from '../../util/logs/logger.ts'
import type { Trace } from '../../util/trace.ts'

/** What a feed holds to. */
export type FeedLimits = Pick<
  RelayValues,
  | 'windowBytes'
  | 'windowEvents'
  | 'encodedBytes'
  | 'lingerMs'
  | 'warmStartMs'
  | 'maxCatchUps'
  | 'catchUpTurnMs'
  | 'maxCatchUpsPerPrincipal'
  | 'slowConsumerMs'
  | 'keepAliveMs'
  | 'maxFilterStepsPerSecond'
  | 'maxFilterBytesPerPrincipal'
  | 'maxSubscriptions'
  | 'maxUpstreams'
  | 'maxUpstreamsPerPrincipal'
  | 'startTimeoutMs'
  | 'outageLimitMs'
>

/** Options of `createFeed`. */
export interface FeedOptions {
  readonly source: ChangeSource
  /** The scope that is watched from the start on, and for as long as the feed runs. Absent: none is. */
  readonly defaultScope?: Scope | undefined
  readonly limits?: Partial<FeedLimits>
  /** Receives what happens to MongoDB and to subscribers. Default: none. */
  readonly log?: Logger
  /** Called with what is refused by a limit, and which setting that is. Default: not at all. */
  readonly noteLimit?: (message: string) => void
  /** Makes spans of subscribing and catching up. Default: none. */
  readonly trace?: Trace | undefined
  /** Called with the events of each batch of an upstream, and with none when it opens. Default: not at all. */
  readonly onReceived?: ((changes: readonly Change[], scope: Scope) => void) | undefined
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
