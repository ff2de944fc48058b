import { BEARER_SECRET, SEALING_SECRET } from '../auth/secrets.ts'
import { redactUri } from '../../util/logs/redact.ts'
import {
  backboneName,
  choice,
  count,
  duration,
  host,
  type Kind,
  mongoUri,
  namespace,
  onOff,
  port,
  processes,
  replicas,
  secret,
  size,
  text,
} from './kinds.ts'
import { brokers, hostNames, origins, subnets } from './list-kinds.ts'
import type { Option } from './option.ts'

const HIDDEN = () => '***'

const withoutPasswords = (urls: readonly string[]) => urls.map(redactUri).join(',')

/**
 * All options that are one value each, by their name in `createRelay` and in the configuration file, under the headings
 * of the help and the reference. The only place that names them and their defaults: types, checks, flags, variables,
 * help, reference and the file's schema are made from it.
 */
const GROUPS = {
  MongoDB: {
    mongoUri: row({
      kind: mongoUri,
      about: 'a replica set, a sharded cluster or Atlas; passed to the driver as it is',
      withoutIt: 'the embedded engine, on port 27017 if that is free',
      more: 'A connection string. The embedded engine is empty, in memory, and ends with the relay.',
      flag: 'mongo',
      variable: 'MONGODB_URI',
      hide: redactUri,
      isCommon: true,
    }),
    backbone: row({
      kind: brokers,
      about: 'NATS servers whose JetStream has the changes, so that this relay opens no change streams',
      fallback: [],
      withoutIt: 'none: change streams are read from MongoDB',
      hide: withoutPasswords,
      more:
        'URLs such as nats://a:4222, of one cluster. `tailrace ingest` copies the changes to it. With `mongoUri`, too, what is older than ' +
        'the copy, documents and names come from MongoDB itself; without it documents and names come from the ingesters.',
    }),
    backboneName: row({
      kind: backboneName,
      about: 'the name that ingesters and relays of one deployment share',
      fallback: 'tailrace',
      more: 'The beginning of the names of its JetStream streams, and a part of its subjects `tailrace.<name>.>`.',
    }),
    backboneCredentials: row({
      kind: text,
      about: 'a file with NATS credentials (a JWT and a seed, as `nsc` makes them)',
      withoutIt: 'those in the URLs, or none',
    }),
    backboneMirror: row({
      kind: backboneName,
      about: 'the JetStream domain whose logs the servers of `backbone` shall mirror, as leaf nodes at the edge do',
      withoutIt: 'none: they have the logs themselves',
      more: 'The mirrors are made when they are first read, with the limits below.',
    }),
    ingest: row({
      kind: onOff,
      about: 'copy the changes to the backbone as well, as `tailrace ingest` does',
      fallback: false,
    }),
    backboneReplicas: row({
      kind: replicas,
      about: 'on how many NATS servers an ingester has each log kept, 1 to 5',
      fallback: 1,
      more: 'Of logs that it makes; those that there are stay as they are.',
    }),
    backboneMaxBytes: row({
      kind: size(),
      about: 'how large an ingester lets a log become before the oldest changes are removed',
      fallback: 1_073_741_824,
      more: 'There is one log for each namespace and way to fill in images that is asked for.',
    }),
    backboneMaxAgeMs: row({
      kind: duration(600_000),
      about: 'how long an ingester has changes kept in a log',
      fallback: 86_400_000,
    }),
    enginePort: row({
      kind: port,
      about: 'where the embedded engine listens, 0 for a free port',
      fallback: 0,
      of: 'library',
    }),
    enginePortIsPreference: row({
      kind: onOff,
      about: 'take a free port when `enginePort` is in use, instead of failing',
      fallback: false,
      of: 'library',
    }),
    namespace: row({
      kind: namespace,
      about: 'what the page watches first, and whose last changes are remembered; whether it can be watched is /readyz',
      fallback: 'test.test',
      more: 'A collection as `db.coll`, or a database as `db`.',
      flag: 'ns',
      isCommon: true,
    }),
    maxAwaitTimeMs: row({
      kind: duration(),
      about: 'how long a getMore waits at the server when nothing happens',
      fallback: 1_000,
    }),
    startTimeoutMs: row({
      kind: duration(),
      about: 'how long a new subscription waits for a MongoDB that cannot be reached',
      fallback: 10_000,
      more: 'Then it gets `UPSTREAM_FAILED`.',
    }),
    outageLimitMs: row({
      kind: duration(),
      about: 'how long a running subscription may be interrupted by an outage',
      fallback: 300_000,
      more: 'Then it gets `UPSTREAM_FAILED` and its position.',
    }),
    readyTimeoutMs: row({
      kind: duration(),
      about: 'how long to wait for MongoDB before the relay counts as started without it',
      fallback: 300,
      of: 'library',
    }),
  },
  Listening: {
    host: row({
      kind: host,
      about: 'the address to listen on',
      fallback: '127.0.0.1',
      more: 'The default is this machine only.',
      variable: 'HOST',
      isCommon: true,
    }),
    port: row({
      kind: port,
      about: 'where to listen, 0 for a free port',
      fallback: 8_888,
      variable: 'PORT',
      isCommon: true,
    }),
    allowedHosts: row({
      kind: hostNames,
      about: 'names that the relay is reached by, such as that of a proxy in front of it',
      fallback: [],
      withoutIt: 'loopback names; others where every caller must have credentials',
      more:
        'With a port where it is not the usual one. Pages under these names are the relay’s own. On a loopback address it answers to ' +
        'no other names, and where callers without credentials are served, to no others but addresses.',
      flag: 'allow-host',
      variable: 'TAILRACE_ALLOWED_HOSTS',
      isCommon: true,
    }),
    allowedOrigins: row({
      kind: origins,
      about: 'origins besides the relay’s own whose pages may use it',
      fallback: [],
      withoutIt: 'none',
      more: 'Such as `https://app.example.com`.',
      flag: 'allow-origin',
      variable: 'TAILRACE_ALLOWED_ORIGINS',
      isCommon: true,
    }),
    allowAnonymous: row({
      kind: onOff,
      about: 'take callers without credentials; must be set to listen on other addresses without authentication',
      withoutIt: 'only where no authentication is set up',
      more: 'The same as `auth.allowAnonymous`.',
      isCommon: true,
    }),
    trustedProxies: row({
      kind: subnets,
      about: 'proxies whose X-Forwarded-For and X-Forwarded-Host are believed, as addresses or subnets',
      fallback: [],
      withoutIt: 'none',
      flag: 'trust-proxy',
      variable: 'TAILRACE_TRUSTED_PROXIES',
    }),
    tokenSecret: row({
      kind: secret(SEALING_SECRET),
      about:
        'what resume tokens are sealed with where rules hide something; 32 characters or more, the same for a fleet',
      withoutIt: 'none',
      more:
        'Resume tokens hold document keys, so that rules that hide something need it. Changing it makes the tokens of callers who may not ' +
        'see everything invalid.',
      hide: HIDDEN,
    }),
    graphiql: row({
      kind: onOff,
      about: 'serve GraphiQL to browsers at /graphql',
      fallback: true,
    }),
    introspection: row({
      kind: onOff,
      about: 'let clients ask for the schema, which GraphiQL needs for its help',
      fallback: true,
      more: 'Without it, errors do not suggest names either.',
    }),
    pageRoot: row({
      kind: text,
      about: 'the folder of the live page',
      withoutIt: 'the one in the package',
      of: 'library',
    }),
  },
  Memory: {
    windowBytes: row({
      kind: size(),
      about: 'how much of each change stream is remembered, for clients that come back',
      fallback: 16_777_216,
      more: 'Events count with their size as BSON.',
    }),
    windowEvents: row({
      kind: count,
      about: 'how many events of each change stream are remembered',
      fallback: 10_000,
    }),
    encodedBytes: row({
      kind: size(),
      about: 'how much of all encoded events is remembered, for clients that are behind',
      fallback: 16_777_216,
    }),
    lingerMs: row({
      kind: duration(0),
      about: 'how long a change stream stays open after its last subscriber left',
      fallback: 60_000,
    }),
    warmStartMs: row({
      kind: duration(0),
      about: 'how far back a change stream begins, so that subscribers who come back with their tokens share it',
      fallback: 60_000,
      more:
        'After a restart of the relay each of them would open a stream of its own without it. 0: it begins now. ' +
        'What the oplog does not have, and what takes more than 5 seconds to read, is left out.',
    }),
    maxUpstreams: row({
      kind: count,
      about: 'how many change streams are shared at a time',
      fallback: 1_000,
      more:
        'There are at most two for each namespace, whatever images subscribers choose: one for `DEFAULT` and `UPDATE_LOOKUP`, one for ' +
        '`WHEN_AVAILABLE` and `REQUIRED`; and as many with `showExpandedEvents`. More get `LIMIT_EXCEEDED`.',
      isDivided: true,
    }),
    maxUpstreamsPerPrincipal: row({
      kind: count,
      about: 'how many of them a principal, or an address of anonymous callers, may use at a time',
      withoutIt: 'a quarter of them',
      more:
        'Each counts for all who use it, and for who left it last while it lingers; that of `namespace` counts for none. Anonymous callers ' +
        'are counted by their address, those of IPv6 by their network of 64 bits; behind a proxy that is not in `trustedProxies` they all ' +
        'have the proxy’s. More get `LIMIT_EXCEEDED`.',
      isDivided: true,
    }),
    maxCatchUps: row({
      kind: count,
      about: 'how many subscribers catch up from the oplog at a time; others wait, principals in turn',
      fallback: 8,
      isDivided: true,
    }),
    catchUpTurnMs: row({
      kind: duration(),
      about: 'how long one of them lasts while other principals wait, before it waits for its next turn',
      fallback: 1_000,
    }),
  },
  Clients: {
    maxSubscriptions: row({
      kind: count,
      about: 'how many subscriptions there may be at a time',
      fallback: 100_000,
      more: 'More get `LIMIT_EXCEEDED`.',
      isDivided: true,
    }),
    maxMessageBytes: row({
      kind: size(),
      about: 'largest WebSocket message and request body taken',
      fallback: 65_536,
    }),
    maxResponseKeys: row({
      kind: count,
      about: 'how many response keys an operation may have in all',
      fallback: 50,
      more: 'Its fields, counted as often as aliases and fragments ask for them; all fields of a change need 30. More get `LIMIT_EXCEEDED`.',
    }),
    maxResultBytes: row({
      // half of what the longest string holds, so that a result that is within the limit can always be written
      kind: size(268_435_456),
      about: 'largest result of one event, as JSON',
      fallback: 67_108_864,
      more:
        'A larger one ends its subscription with `EVENT_TOO_LARGE` and the position just after the event. The default is four times the ' +
        'largest document.',
    }),
    maxBufferedBytes: row({
      kind: size(),
      about: 'how much may wait in a client’s socket before its subscriptions have to wait',
      fallback: 1_048_576,
    }),
    slowConsumerMs: row({
      kind: duration(),
      about: 'how long a client may read nothing of what waits for it',
      fallback: 60_000,
      more: 'Then its subscriptions end with `SLOW_CONSUMER`.',
    }),
    keepAliveMs: row({
      kind: duration(100),
      about: 'how often sockets are pinged, and idle event streams send a comment',
      fallback: 12_000,
    }),
    maxStreamMs: row({
      kind: duration(1_000),
      about:
        'how long an event stream or a WebSocket may last, for platforms that would cut it off; clients continue it',
      withoutIt: 'no limit',
      more:
        'Each is ended between four fifths of that time and the whole: a stream that was asked for by GET, as `EventSource` does, with its ' +
        'position and `retry`; others with `SHUTTING_DOWN` and the position.',
    }),
    longPollMs: row({
      kind: duration(),
      about: 'how long a request for the log waits for the next event',
      fallback: 20_000,
      more: 'Then it is answered with 204. Shorter than what proxies in front allow a request.',
    }),
    sharedViewMs: row({
      kind: duration(1_000),
      about: 'how long callers who see the same of a log may share one URL of it, so that caches serve them all',
      withoutIt: 'none is shared',
      more:
        'Answers to callers with credentials then have a `Stream-View`, which the parameter `view` takes in the place of credentials, for ' +
        'between half of that time and the whole. Whoever has it sees what they see. Needs `tokenSecret`.',
    }),
    maxConnections: row({
      kind: count,
      about: 'how many connections there may be',
      fallback: 50_000,
      more:
        'More are answered with 503, and from 64 more on not at all. In a server of others and in other runtimes, requests that are being ' +
        'answered and WebSockets are counted.',
      isDivided: true,
    }),
    maxConnectionsPerAddress: row({
      kind: count,
      about: 'how many connections an address may have',
      withoutIt: '1000, and no limit for this machine’s own addresses',
      more:
        'IPv6 addresses are counted by their network of 64 bits. More are answered with 429. This machine’s own addresses have no limit of ' +
        'their own because a proxy may ask for everybody from there; nor have callers whose address a runtime does not tell.',
      isDivided: true,
    }),
    maxSubscriptionsPerConnection: row({
      kind: count,
      about: 'how many operations a WebSocket, or an HTTP connection, may have at a time',
      fallback: 1_000,
      more: 'More get `LIMIT_EXCEEDED`, over HTTP with 429.',
    }),
    maxSubscriptionsPerPrincipal: row({
      kind: count,
      about: 'how many subscriptions a principal, or an address of anonymous callers, may have at a time',
      withoutIt: '1000, and a quarter of `maxSubscriptions` for an address',
      more: 'Over all its connections. More get `LIMIT_EXCEEDED`.',
      isDivided: true,
    }),
    maxCatchUpsPerPrincipal: row({
      kind: count,
      about: 'how many subscriptions of a principal, or of an address, may catch up, or wait for it, at a time',
      withoutIt: 'no limit: principals have turns',
      more: 'More get `LIMIT_EXCEEDED` and their position. Those who wait delay only their own.',
      isDivided: true,
    }),
    maxFilterStepsPerSecond: row({
      kind: count,
      about:
        'how many steps of work the filters of a principal, or of an address of anonymous callers, may take a second',
      fallback: 5_000_000,
      more:
        'A step is a value looked at or some hundred bytes compared: some tens of nanoseconds. Four seconds’ steps can be saved up. ' +
        'Subscriptions whose filter takes more are ended with `LIMIT_EXCEEDED`, and only those of its callers.',
    }),
    maxFilterBytesPerPrincipal: row({
      kind: size(),
      about: 'how much memory their filters may take at a time',
      fallback: 16_777_216,
      more:
        'A filter (`where`) counts with eight times its bytes as BSON, 1 KiB for each of its conditions, and 256 bytes for each document ' +
        'and list in it. A subscription with one more gets `LIMIT_EXCEEDED`.',
      isDivided: true,
    }),
    maxTokenBytes: row({
      kind: size(),
      about:
        'longest resume token taken from a client; those of the relay have at most 2,048 characters before they are sealed',
      fallback: 65_536,
      more: 'Longer ones get `RESUME_TOKEN_INVALID`.',
    }),
    maxTokens: row({
      kind: count,
      about: 'how many tokens a GraphQL document may have',
      fallback: 2_000,
      more: 'More get `LIMIT_EXCEEDED`.',
    }),
    maxDirectives: row({
      kind: count,
      about: 'how many directives a document may have',
      fallback: 50,
      more: 'More get `LIMIT_EXCEEDED`.',
    }),
    maxOutputBytesPerSecond: row({
      kind: size(),
      about: 'how much of results a connection is sent per second; the rest comes later',
      withoutIt: 'no limit',
      more: 'On average. A connection over it is served as one that reads slowly.',
    }),
    connectionInitMs: row({
      kind: duration(),
      about: 'how long a WebSocket may take to send connection_init',
      fallback: 3_000,
      more: 'Then it is closed with 4408.',
    }),
    idleConnectionMs: row({
      kind: duration(),
      about: 'how long a WebSocket may have no operation',
      fallback: 600_000,
      more: 'Then it is closed with 1000, within another quarter of that time; stock clients come back when they have something to ask.',
    }),
    headersTimeoutMs: row({
      kind: duration(),
      about: 'how long the headers of a request may take',
      fallback: 10_000,
      more: 'Then it is answered with 408.',
    }),
    requestTimeoutMs: row({
      kind: duration(),
      about: 'how long a request may take to arrive',
      fallback: 30_000,
      more: 'Then it is answered with 408.',
    }),
    keepAliveTimeoutMs: row({
      kind: duration(),
      about: 'how long an HTTP connection is kept open for another request',
      fallback: 5_000,
    }),
  },
  Operation: {
    workers: row({
      kind: processes,
      about: 'how many processes serve, so that all cores are used; auto: as many as there are cores',
      fallback: 1,
      more:
        'They share the port, and each reads its own change streams. Limits that are set on all ' +
        'connections, subscriptions, change streams and catch-ups, and on those of a caller, are divided among them; see docs/operations.md.',
      of: 'program',
    }),
    logLevel: row({
      kind: choice('level', 'debug', 'info', 'warn', 'error', 'silent'),
      about: 'the least severe lines that are logged, to stderr: debug, info, warn, error, or silent',
      fallback: 'info',
      of: 'program',
      isCommon: true,
    }),
    logFormat: row({
      kind: choice('format', 'auto', 'json', 'text'),
      about: 'json, text for people, or auto: text on a terminal',
      fallback: 'auto',
      of: 'program',
    }),
    metricsToken: row({
      kind: secret(BEARER_SECRET),
      about: 'serve /metrics to callers who bring this bearer token',
      withoutIt: '/metrics is not served at --port',
      hide: HIDDEN,
    }),
    metricsPort: row({
      kind: port,
      about: 'serve /metrics, /healthz and /readyz, and nothing else, at a port of their own, without a token',
      withoutIt: 'none',
      more: '0 is a free one.',
      isCommon: true,
    }),
    metricsHost: row({
      kind: host,
      about: 'the address to listen on with --metrics-port',
      fallback: '127.0.0.1',
    }),
    drainDelayMs: row({
      kind: duration(0),
      about: 'how long the relay goes on serving after SIGTERM, while /readyz says 503, so that balancers notice',
      fallback: 0,
      more: 'In a program, after `stop`.',
    }),
    stopGraceMs: row({
      kind: duration(0),
      about: 'how long clients have to close when the relay stops, before they are cut off',
      fallback: 1_000,
    }),
  },
}

/** The same without the headings. */
export const OPTIONS = {
  ...GROUPS.MongoDB,
  ...GROUPS.Listening,
  ...GROUPS.Memory,
  ...GROUPS.Clients,
  ...GROUPS.Operation,
}

type Table = typeof OPTIONS

/** The name of an option. */
export type OptionName = keyof Table

/** Those of `createRelay`, as against those of the program around it. */
export type RelayOptionName = {
  [Name in OptionName]: Table[Name] extends { readonly of: 'program' } ? never : Name
}[OptionName]

/** Those that have a flag, as against those that only a program can give. */
export type SettingName = {
  [Name in OptionName]: Table[Name] extends { readonly of: 'library' } ? never : Name
}[OptionName]

/** The value of each option; `undefined` where there is neither one nor a default. */
export type OptionValues = { readonly [Name in OptionName]: ValueOf<Table[Name]> }

/** The rows of the table, in order, with their names. */
export const OPTION_ROWS = Object.entries(OPTIONS) as readonly (readonly [OptionName, Option<unknown>])[]

/** The rows that have a flag, under their headings. */
export const SETTING_GROUPS = Object.entries(GROUPS).map(([heading, rows]) => ({
  heading,
  rows: (Object.entries(rows) as [OptionName, Option<unknown>][]).filter(isSetting),
}))

/** The rows that have a flag. */
export const SETTING_ROWS = SETTING_GROUPS.flatMap(({ rows }) => rows)

function isSetting(row: readonly [OptionName, Option<unknown>]): row is [SettingName, Option<unknown>] {
  return row[1].of !== 'library'
}

type ValueOf<Row> = Row extends { readonly kind: Kind<infer T> }
  ? Row extends { readonly fallback: T }
    ? T
    : T | undefined
  : never

// keeps whether there is a default, and checks it against the kind
function row<T, const Row extends Option<T>>(option: Row & { readonly kind: Kind<T> }): Row {
  return option
}
