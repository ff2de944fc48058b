import { DEFAULT_LIMITS } from './feed/options.ts'
import type { RelayOptions } from './options.ts'

/**
 * What the options are that a relay is not told: the only place that has their values. Those that are not here have no
 * value of their own.
 */
export const DEFAULTS = {
  host: '127.0.0.1',
  port: 8_888,
  namespace: 'test.test',
  allowedHosts: [],
  allowedOrigins: [],
  trustedProxies: [],
  graphiql: true,
  introspection: true,
  maxAwaitTimeMs: 1_000,
  startTimeoutMs: 10_000,
  outageLimitMs: 300_000,
  windowBytes: DEFAULT_LIMITS.windowBytes,
  windowEvents: DEFAULT_LIMITS.windowEvents,
  encodedBytes: DEFAULT_LIMITS.encodedBytes,
  lingerMs: DEFAULT_LIMITS.lingerMs,
  maxUpstreams: DEFAULT_LIMITS.maxUpstreams,
  maxCatchUps: DEFAULT_LIMITS.maxCatchUps,
  catchUpTurnMs: DEFAULT_LIMITS.catchUpTurnMs,
  maxSubscriptions: DEFAULT_LIMITS.maxSubscriptions,
  slowConsumerMs: DEFAULT_LIMITS.slowConsumerMs,
  maxFilterStepsPerSecond: DEFAULT_LIMITS.maxFilterStepsPerSecond,
  maxFilterBytesPerPrincipal: DEFAULT_LIMITS.maxFilterBytesPerPrincipal,
  maxMessageBytes: 65_536,
  maxResponseKeys: 50,
  maxResultBytes: 67_108_864,
  maxBufferedBytes: 1_048_576,
  keepAliveMs: 12_000,
  maxConnections: 50_000,
  maxSubscriptionsPerConnection: 1_000,
  // as long as a message may be: what the relay gives it takes back
  maxTokenBytes: 65_536,
  maxTokens: 2_000,
  maxQueryDepth: 10,
  maxAliases: 50,
  maxDirectives: 50,
  connectionInitMs: 3_000,
  idleConnectionMs: 600_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 5_000,
  metricsHost: '127.0.0.1',
  readyTimeoutMs: 300,
  drainDelayMs: 0,
  stopGraceMs: 1_000,
} satisfies RelayOptions

/** Options with everything filled in that has a default. */
export type SettledOptions = Required<Pick<RelayOptions, keyof typeof DEFAULTS>> &
  Omit<RelayOptions, keyof typeof DEFAULTS>

/** Fills in the defaults; an option that is `undefined` is one that was not told. */
export function withDefaults(options: RelayOptions): SettledOptions {
  const told = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  return { ...DEFAULTS, ...told }
}
