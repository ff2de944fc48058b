import { redactUri } from '../../util/redact.ts'
import { DEFAULTS } from '../../relay/defaults.ts'
import {
  choice,
  count,
  duration,
  host,
  hostNames,
  type Kind,
  mongoUri,
  namespace,
  onOff,
  origins,
  port,
  secret,
  size,
  subnets,
} from './kinds.ts'
import type { Setting } from './setting.ts'

const HIDDEN = () => '***'

/**
 * All settings, by their key in the configuration file, which is also the name of the option of `createRelay`. The only
 * place that names them: flags, variables, help, reference and the file's schema are made from it.
 */
export const SETTINGS = {
  mongoUri: row({
    group: 'MongoDB',
    kind: mongoUri,
    about: 'a replica set, a sharded cluster or Atlas; passed to the driver as it is',
    withoutIt: 'the embedded engine, on port 27017 if that is free',
    flag: 'mongo',
    variable: 'MONGODB_URI',
    hide: redactUri,
  }),
  namespace: row({
    group: 'MongoDB',
    kind: namespace,
    about: 'what the page watches first, and whose last changes are remembered; whether it can be watched is /readyz',
    fallback: DEFAULTS.namespace,
    flag: 'ns',
  }),
  maxAwaitTimeMs: row({
    group: 'MongoDB',
    kind: duration(),
    about: 'how long a getMore waits at the server when nothing happens',
    fallback: DEFAULTS.maxAwaitTimeMs,
  }),
  startTimeoutMs: row({
    group: 'MongoDB',
    kind: duration(),
    about: 'how long a new subscription waits for a MongoDB that cannot be reached',
    fallback: DEFAULTS.startTimeoutMs,
  }),
  outageLimitMs: row({
    group: 'MongoDB',
    kind: duration(),
    about: 'how long a running subscription may be interrupted by an outage',
    fallback: DEFAULTS.outageLimitMs,
  }),
  host: row({
    group: 'Listening',
    kind: host,
    about: 'the address to listen on',
    fallback: DEFAULTS.host,
    variable: 'HOST',
  }),
  port: row({
    group: 'Listening',
    kind: port,
    about: 'where to listen, 0 for a free port',
    fallback: DEFAULTS.port,
    variable: 'PORT',
  }),
  allowedHosts: row({
    group: 'Listening',
    kind: hostNames,
    about:
      'a name that the relay is reached by, such as that of a proxy in front of it; again for more (the variable: separated by commas)',
    fallback: DEFAULTS.allowedHosts,
    withoutIt: 'loopback names; others where every caller must have credentials',
    flag: 'allow-host',
    variable: 'TAILRACE_ALLOWED_HOSTS',
  }),
  allowedOrigins: row({
    group: 'Listening',
    kind: origins,
    about:
      'an origin besides the relay’s own whose pages may use it; again for more (the variable: separated by commas)',
    fallback: DEFAULTS.allowedOrigins,
    withoutIt: 'none',
    flag: 'allow-origin',
    variable: 'TAILRACE_ALLOWED_ORIGINS',
  }),
  allowAnonymous: row({
    group: 'Listening',
    kind: onOff,
    about: 'take callers without credentials; must be said to listen on other addresses without authentication',
    withoutIt: 'only where no authentication is set up',
  }),
  trustedProxies: row({
    group: 'Listening',
    kind: subnets,
    about: 'proxies whose X-Forwarded-For and X-Forwarded-Host are believed, as addresses or subnets; again for more',
    fallback: DEFAULTS.trustedProxies,
    withoutIt: 'none',
    flag: 'trust-proxy',
    variable: 'TAILRACE_TRUSTED_PROXIES',
  }),
  tokenSecret: row({
    group: 'Listening',
    kind: secret,
    about: 'what resume tokens are sealed with where rules hide something; 32 characters or more, the same for a fleet',
    withoutIt: 'none',
    hide: HIDDEN,
  }),
  graphiql: row({
    group: 'Listening',
    kind: onOff,
    about: 'serve GraphiQL to browsers at /graphql',
    fallback: DEFAULTS.graphiql,
  }),
  introspection: row({
    group: 'Listening',
    kind: onOff,
    about: 'let clients ask for the schema, which GraphiQL needs for its help',
    fallback: DEFAULTS.introspection,
  }),
  windowBytes: row({
    group: 'Memory',
    kind: size(),
    about: 'how much of each change stream is remembered, for clients that come back',
    fallback: DEFAULTS.windowBytes,
  }),
  windowEvents: row({
    group: 'Memory',
    kind: count,
    about: 'how many events of each change stream are remembered',
    fallback: DEFAULTS.windowEvents,
  }),
  encodedBytes: row({
    group: 'Memory',
    kind: size(),
    about: 'how much of all encoded events is remembered, for clients that are behind',
    fallback: DEFAULTS.encodedBytes,
  }),
  lingerMs: row({
    group: 'Memory',
    kind: duration(0),
    about: 'how long a change stream stays open after its last subscriber left',
    fallback: DEFAULTS.lingerMs,
  }),
  maxUpstreams: row({
    group: 'Memory',
    kind: count,
    about: 'how many change streams are shared at a time',
    fallback: DEFAULTS.maxUpstreams,
  }),
  maxUpstreamsPerPrincipal: row({
    group: 'Memory',
    kind: count,
    about: 'how many of them a principal, or an address of anonymous callers, may use at a time',
    withoutIt: 'a quarter of them',
  }),
  maxCatchUps: row({
    group: 'Memory',
    kind: count,
    about: 'how many subscribers catch up from the oplog at a time; others wait, principals in turn',
    fallback: DEFAULTS.maxCatchUps,
  }),
  catchUpTurnMs: row({
    group: 'Memory',
    kind: duration(),
    about: 'how long one of them lasts while other principals wait, before it waits for its next turn',
    fallback: DEFAULTS.catchUpTurnMs,
  }),
  maxSubscriptions: row({
    group: 'Clients',
    kind: count,
    about: 'how many subscriptions there may be at a time',
    fallback: DEFAULTS.maxSubscriptions,
  }),
  maxMessageBytes: row({
    group: 'Clients',
    kind: size(),
    about: 'largest WebSocket message and request body taken',
    fallback: DEFAULTS.maxMessageBytes,
  }),
  maxResponseKeys: row({
    group: 'Clients',
    kind: count,
    about: 'how many response keys an operation may have in all',
    fallback: DEFAULTS.maxResponseKeys,
  }),
  maxResultBytes: row({
    group: 'Clients',
    kind: size(268_435_456),
    about: 'largest result of one event, as JSON',
    fallback: DEFAULTS.maxResultBytes,
  }),
  maxBufferedBytes: row({
    group: 'Clients',
    kind: size(),
    about: 'how much may wait in a client’s socket before its subscriptions have to wait',
    fallback: DEFAULTS.maxBufferedBytes,
  }),
  slowConsumerMs: row({
    group: 'Clients',
    kind: duration(),
    about: 'how long a client may read nothing of what waits for it',
    fallback: DEFAULTS.slowConsumerMs,
  }),
  keepAliveMs: row({
    group: 'Clients',
    kind: duration(100),
    about: 'how often sockets are pinged, and idle event streams send a comment',
    fallback: DEFAULTS.keepAliveMs,
  }),
  maxConnections: row({
    group: 'Clients',
    kind: count,
    about: 'how many connections there may be',
    fallback: DEFAULTS.maxConnections,
  }),
  maxConnectionsPerAddress: row({
    group: 'Clients',
    kind: count,
    about: 'how many connections an address may have',
    withoutIt: '1000, and no limit for this machine’s own addresses',
  }),
  maxSubscriptionsPerConnection: row({
    group: 'Clients',
    kind: count,
    about: 'how many operations a WebSocket, or an HTTP connection, may have at a time',
    fallback: DEFAULTS.maxSubscriptionsPerConnection,
  }),
  maxSubscriptionsPerPrincipal: row({
    group: 'Clients',
    kind: count,
    about: 'how many subscriptions a principal, or an address of anonymous callers, may have at a time',
    withoutIt: '1000, and a quarter of `maxSubscriptions` for an address',
  }),
  maxCatchUpsPerPrincipal: row({
    group: 'Clients',
    kind: count,
    about: 'how many subscriptions of a principal, or of an address, may catch up, or wait for it, at a time',
    withoutIt: 'no limit: principals have turns',
  }),
  maxFilterStepsPerSecond: row({
    group: 'Clients',
    kind: count,
    about:
      'how many steps of work the filters of a principal, or of an address of anonymous callers, may take a second',
    fallback: DEFAULTS.maxFilterStepsPerSecond,
  }),
  maxFilterBytesPerPrincipal: row({
    group: 'Clients',
    kind: size(),
    about: 'how much memory their filters may take at a time',
    fallback: DEFAULTS.maxFilterBytesPerPrincipal,
  }),
  maxTokenBytes: row({
    group: 'Clients',
    kind: size(),
    about:
      'longest resume token taken from a client; those of the relay have at most 2,048 characters before they are sealed',
    fallback: DEFAULTS.maxTokenBytes,
  }),
  maxTokens: row({
    group: 'Clients',
    kind: count,
    about: 'how many tokens a GraphQL document may have',
    fallback: DEFAULTS.maxTokens,
  }),
  maxQueryDepth: row({
    group: 'Clients',
    kind: count,
    about: 'how deep the fields of an operation may nest',
    fallback: DEFAULTS.maxQueryDepth,
  }),
  maxAliases: row({
    group: 'Clients',
    kind: count,
    about: 'how many aliases a document may have',
    fallback: DEFAULTS.maxAliases,
  }),
  maxDirectives: row({
    group: 'Clients',
    kind: count,
    about: 'how many directives a document may have',
    fallback: DEFAULTS.maxDirectives,
  }),
  maxOutputBytesPerSecond: row({
    group: 'Clients',
    kind: size(),
    about: 'how much of results a connection is sent per second; the rest comes later',
    withoutIt: 'no limit',
  }),
  connectionInitMs: row({
    group: 'Clients',
    kind: duration(),
    about: 'how long a WebSocket may take to send connection_init',
    fallback: DEFAULTS.connectionInitMs,
  }),
  idleConnectionMs: row({
    group: 'Clients',
    kind: duration(),
    about: 'how long a WebSocket may have no operation',
    fallback: DEFAULTS.idleConnectionMs,
  }),
  headersTimeoutMs: row({
    group: 'Clients',
    kind: duration(),
    about: 'how long the headers of a request may take',
    fallback: DEFAULTS.headersTimeoutMs,
  }),
  requestTimeoutMs: row({
    group: 'Clients',
    kind: duration(),
    about: 'how long a request may take to arrive',
    fallback: DEFAULTS.requestTimeoutMs,
  }),
  keepAliveTimeoutMs: row({
    group: 'Clients',
    kind: duration(),
    about: 'how long an HTTP connection is kept open for another request',
    fallback: DEFAULTS.keepAliveTimeoutMs,
  }),
  logLevel: row({
    group: 'Operation',
    kind: choice('level', 'debug', 'info', 'warn', 'error', 'silent'),
    about: 'the least severe lines that are logged, to stderr: debug, info, warn, error, or silent',
    fallback: 'info',
    isPrograms: true,
  }),
  logFormat: row({
    group: 'Operation',
    kind: choice('format', 'auto', 'json', 'text'),
    about: 'json, text for people, or auto: text on a terminal',
    fallback: 'auto',
    isPrograms: true,
  }),
  metricsToken: row({
    group: 'Operation',
    kind: secret,
    about: 'serve /metrics to callers who bring this bearer token',
    withoutIt: '/metrics is not served at --port',
    hide: HIDDEN,
  }),
  metricsPort: row({
    group: 'Operation',
    kind: port,
    about: 'serve /metrics, /healthz and /readyz, and nothing else, at a port of their own, without a token',
    withoutIt: 'none',
  }),
  metricsHost: row({
    group: 'Operation',
    kind: host,
    about: 'the address to listen on with --metrics-port',
    fallback: DEFAULTS.metricsHost,
  }),
  drainDelayMs: row({
    group: 'Operation',
    kind: duration(0),
    about: 'how long the relay goes on serving after SIGTERM, while /readyz says 503, so that balancers notice',
    fallback: DEFAULTS.drainDelayMs,
  }),
  stopGraceMs: row({
    group: 'Operation',
    kind: duration(0),
    about: 'how long clients have to close when the relay stops, before they are cut off',
    fallback: DEFAULTS.stopGraceMs,
  }),
}

/** The key of a setting. */
export type SettingKey = keyof typeof SETTINGS

/** The value of each setting; `undefined` where there is neither one nor a default. */
export type Settings = { readonly [Key in SettingKey]: ValueOf<(typeof SETTINGS)[Key]> }

/** The rows of the table, in order, with their keys. */
export const SETTING_ROWS = Object.entries(SETTINGS) as readonly (readonly [SettingKey, Setting<unknown>])[]

type ValueOf<Row> = Row extends { readonly kind: Kind<infer T> }
  ? Row extends { readonly fallback: T }
    ? T
    : T | undefined
  : never

// keeps whether there is a default, and checks it against the kind
function row<T, const Row extends Setting<T>>(setting: Row & { readonly kind: Kind<T> }): Row {
  return setting
}
