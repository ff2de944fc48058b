import type { Deployment } from '../mongo/deployment.ts'
import type { Scope } from '../changes/scope.ts'
import type { OutageOptions } from '../mongo/watch.ts'
import type { Logger } from '../../util/logger.ts'
import type { Trace } from '../../util/trace.ts'

/** What a feed holds to. Everything has a default; durations are in milliseconds, sizes in bytes. */
export interface FeedLimits {
  /** Size of the events that each upstream remembers, as BSON. Default 16 MiB. */
  readonly windowBytes: number
  /** How many events each upstream remembers. Default 10,000. */
  readonly windowEvents: number
  /** Size of all encoded events that are remembered for subscribers behind. Default 16 MiB. */
  readonly encodedBytes: number
  /** How long an upstream stays open after its last subscriber left. Default 60,000. */
  readonly lingerMs: number
  /** How many catch-up streams there may be at a time; other subscribers wait. Default 8. */
  readonly maxCatchUps: number
  /** How long a catch-up may hold its stream while another owner waits for one; then it waits its turn again. Default 1,000. */
  readonly catchUpTurnMs: number
  /** How many catch-ups of one owner may wait or run at a time; more get `LIMIT_EXCEEDED`. Default: no limit. */
  readonly maxCatchUpsPerOwner: number
  /** How long a subscriber may be stuck before it is ended with `SLOW_CONSUMER`. Default 60,000. */
  readonly slowConsumerMs: number
  /**
   * How many steps of work the filters of one owner may take a second; some tens of nanoseconds each. Four seconds' steps can
   * be saved up. Subscriptions whose filter takes more are ended with `LIMIT_EXCEEDED`. Default 5,000,000.
   */
  readonly maxFilterStepsPerSecond: number
  /** How much memory the filters of one owner may take; more get `LIMIT_EXCEEDED`. Default 16 MiB. */
  readonly maxFilterBytesPerPrincipal: number
  /** How many subscriptions there may be at a time. Default 100,000. */
  readonly maxSubscriptions: number
  /** How many upstreams there may be at a time; each is a cursor and a window. Default 1,000. */
  readonly maxUpstreams: number
  /** How many of them one owner may use at a time; more get `LIMIT_EXCEEDED`. Default 250. */
  readonly maxUpstreamsPerOwner: number
}

/** The limits of a feed that is told nothing. */
export const DEFAULT_LIMITS: FeedLimits = {
  windowBytes: 16_777_216,
  windowEvents: 10_000,
  encodedBytes: 16_777_216,
  lingerMs: 60_000,
  maxCatchUps: 8,
  catchUpTurnMs: 1_000,
  maxCatchUpsPerOwner: Infinity,
  slowConsumerMs: 60_000,
  maxFilterStepsPerSecond: 5_000_000,
  maxFilterBytesPerPrincipal: 16_777_216,
  maxSubscriptions: 100_000,
  maxUpstreams: 1_000,
  maxUpstreamsPerOwner: 250,
}

/** Options of `createFeed`. */
export interface FeedOptions {
  readonly deployment: Deployment
  /** The scope that is watched from the start on, and for as long as the feed runs. */
  readonly defaultScope: Scope
  readonly outage?: OutageOptions
  readonly limits?: Partial<FeedLimits>
  /** Receives what happens to MongoDB and to subscribers. Default: nobody. */
  readonly log?: Logger
  /** Makes spans of subscribing and catching up. Default: none. */
  readonly trace?: Trace | undefined
  /** Called once for each batch that live subscribers got, with how long ago its last event was written, in milliseconds. */
  readonly onDelivered?: ((lagMs: number) => void) | undefined
  /** How long to wait after an error of the default scope that trying again does not mend, in milliseconds. Default 10,000. */
  readonly retryMs?: number
}
