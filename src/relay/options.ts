import type { AuthOptions } from './auth/auth-schema.ts'
import type { Rule } from './access/rules/rule.ts'
import type { BackoffOptions } from '../util/backoff.ts'
import type { Logger } from '../util/logger.ts'

/** How to run a relay. Everything has a default; durations are in milliseconds, sizes in bytes. */
export interface RelayOptions {
  /**
   * The connection string of a replica set or sharded cluster. Without it, the relay starts an embedded engine, which is
   * empty, in memory, and ends with the relay.
   */
  readonly mongoUri?: string | undefined
  /** Where the embedded engine listens. Default 0: a free port. */
  readonly enginePort?: number
  /** Take a free port when `enginePort` is in use, instead of failing. Default false. */
  readonly enginePortIsPreference?: boolean
  /** The address to listen on. Default `127.0.0.1`: this machine only. */
  readonly host?: string
  /** The port to listen on; 0 is a free one. Default 8888. */
  readonly port?: number
  /** What the page watches first, as `db.coll` or `db`. Its last changes are remembered. Default `test.test`. */
  readonly namespace?: string
  /** The folder of the live page. Default: the one in the package. */
  readonly pageRoot?: string
  /**
   * Names that the relay is reached by besides loopback ones, such as `relay.example.com`, which a proxy in front of it has;
   * with a port where it is not the usual one. Pages under these names are its own. On a loopback address it answers to no
   * other names, and where callers without credentials are served, to no others but addresses. Default none.
   */
  readonly allowedHosts?: readonly string[]
  /** Origins besides the relay's own, such as `https://app.example.com`, whose pages may use it. Default none. */
  readonly allowedOrigins?: readonly string[]
  /**
   * How callers identify themselves. Default: everybody is anonymous, which is refused where the relay listens on an
   * address that is not this machine's own, unless `allowAnonymous` says so.
   */
  readonly auth?: AuthOptions | undefined
  /**
   * Take callers without credentials, as `auth.allowAnonymous` does. Must be said to listen on an address that others can
   * reach without any authentication. Default: only where no authentication is set up.
   */
  readonly allowAnonymous?: boolean | undefined
  /** Clock in milliseconds since 1970, by which credentials expire. Default `Date.now`. */
  readonly now?: () => number
  /**
   * Who may see what: for each namespace the first rule that fits decides, and where none fits nothing is visible. Default:
   * everything is visible to everybody. Checked when the relay is created; see `docs/access.md`.
   */
  readonly rules?: readonly Rule[] | undefined
  /**
   * What resume tokens are sealed with for callers who may not see everything, because tokens hold document keys; at least 32
   * characters, the same for all relays of a fleet. Must be given when `rules` restrict anybody.
   */
  readonly tokenSecret?: string | undefined
  /** Longest resume token taken from a client, in bytes. Default 65,536; more get `RESUME_TOKEN_INVALID`. */
  readonly maxTokenBytes?: number
  /** Largest WebSocket message and HTTP request body taken. Default 65,536. */
  readonly maxMessageBytes?: number
  /**
   * How many connections there may be. Default 50,000; more are answered with 503, and from 64 more on not at all.
   */
  readonly maxConnections?: number
  /**
   * How many connections an address may have; IPv6 addresses are counted by their network of 64 bits. More are answered with
   * 429. Default 1,000, and no limit for this machine's own addresses, from which a proxy may ask for everybody.
   */
  readonly maxConnectionsPerAddress?: number | undefined
  /** Addresses and subnets, such as `10.0.0.0/8`, of proxies whose `X-Forwarded-For` and `X-Forwarded-Host` are believed. Default none. */
  readonly trustedProxies?: readonly string[]
  /**
   * How many operations a WebSocket may have at a time, and an HTTP connection whose client does not wait for answers.
   * Default 1,000; more get `LIMIT_EXCEEDED`, over HTTP with 429.
   */
  readonly maxSubscriptionsPerConnection?: number
  /**
   * How many subscriptions a principal may have at a time, over all its connections; anonymous callers are counted by their
   * address, as with `maxUpstreamsPerPrincipal`. More get `LIMIT_EXCEEDED`. Default 1,000, and for an address of anonymous
   * callers a quarter of `maxSubscriptions`.
   */
  readonly maxSubscriptionsPerPrincipal?: number | undefined
  /** How long a WebSocket may take to send `connection_init`, before it is closed with 4408. Default 3,000. */
  readonly connectionInitMs?: number
  /**
   * How long a WebSocket may have no operation, before it is closed with 1000, from which stock clients come back when they
   * have something to ask. It is noticed within another quarter of that time. Default 600,000.
   */
  readonly idleConnectionMs?: number
  /** How long the headers of an HTTP request may take, before it is answered with 408. Default 10,000. */
  readonly headersTimeoutMs?: number
  /** How long an HTTP request may take to arrive, before it is answered with 408. Default 30,000. */
  readonly requestTimeoutMs?: number
  /** How long an HTTP connection is kept open for another request. Default 5,000. */
  readonly keepAliveTimeoutMs?: number
  /**
   * How much of subscriptions' results a connection is sent per second, on average. A connection over it gets the rest
   * later, as one that reads slowly does. Default: no limit.
   */
  readonly maxOutputBytesPerSecond?: number | undefined
  /** Whether browsers that open the GraphQL endpoint get GraphiQL. Default true. */
  readonly graphiql?: boolean
  /** Whether clients may ask for the schema; without it, errors do not suggest names either. Default true. */
  readonly introspection?: boolean
  /** How often sockets are pinged, and idle event streams send a comment. Default 12,000. */
  readonly keepAliveMs?: number
  /** How many subscriptions there may be at a time. Default 100,000; more get `LIMIT_EXCEEDED`. */
  readonly maxSubscriptions?: number
  /**
   * How many response keys an operation may have in all: its fields, counted as often as they are asked for by aliases and
   * fragments. Default 50, which all fields of a change need 30 of; more get `LIMIT_EXCEEDED`.
   */
  readonly maxResponseKeys?: number
  /** How many tokens a document may have. Default 2,000; more get `LIMIT_EXCEEDED`. */
  readonly maxTokens?: number
  /** How deep the fields of an operation may nest. Default 10, where a change's nest 4 deep; more get `LIMIT_EXCEEDED`. */
  readonly maxQueryDepth?: number
  /** How many aliases a document may have. Default 50; more get `LIMIT_EXCEEDED`. */
  readonly maxAliases?: number
  /** How many directives a document may have. Default 50; more get `LIMIT_EXCEEDED`. */
  readonly maxDirectives?: number
  /**
   * Largest result of one event, as JSON; at most 268,435,456. A larger one ends its subscription with `EVENT_TOO_LARGE`
   * and the position just after the event. Default 67,108,864: four times the largest document.
   */
  readonly maxResultBytes?: number
  /**
   * How many change streams are shared at a time: one for each namespace and way to fill in `fullDocument` and
   * `fullDocumentBeforeChange`. Default 1,000; more get `LIMIT_EXCEEDED`.
   */
  readonly maxUpstreams?: number
  /**
   * How many change streams a principal may use at a time; each counts for all who use it, and for who left it last while it
   * lingers. Never counted is that of `namespace`. Anonymous callers are counted by their address, those of IPv6 by their
   * network of 64 bits; behind a proxy that is not in `trustedProxies` they all have the proxy's. More get `LIMIT_EXCEEDED`.
   * Default: a quarter of `maxUpstreams`.
   */
  readonly maxUpstreamsPerPrincipal?: number | undefined
  /** Size of the events that are remembered of each change stream, as BSON. Default 16 MiB. */
  readonly windowBytes?: number
  /** How many events are remembered of each change stream. Default 10,000. */
  readonly windowEvents?: number
  /** Size of all encoded events that are remembered for subscribers that are behind. Default 16 MiB. */
  readonly encodedBytes?: number
  /** How long a change stream stays open after its last subscriber left. Default 60,000. */
  readonly lingerMs?: number
  /**
   * How many subscribers catch up from the oplog at a time. Others wait: principals, and addresses of anonymous callers, have
   * their turns one after another. Default 8.
   */
  readonly maxCatchUps?: number
  /** How long such a turn lasts while others wait; who needs longer goes on with the next one. Default 1,000. */
  readonly catchUpTurnMs?: number
  /**
   * How many subscriptions of one principal, or of one address of anonymous callers, may catch up, or wait for it, at a
   * time; more get `LIMIT_EXCEEDED` and their position. Default: no limit, because those who wait delay only their own.
   */
  readonly maxCatchUpsPerPrincipal?: number | undefined
  /**
   * How many steps of work the filters (`where`) of one principal, or of one address of anonymous callers, may take a second.
   * A step is a value looked at or some hundred bytes compared: some tens of nanoseconds. Four seconds' steps can be saved up.
   * Subscriptions whose filter takes more are ended with `LIMIT_EXCEEDED`, and only those of its callers. Default 5,000,000.
   */
  readonly maxFilterStepsPerSecond?: number
  /**
   * How much memory the filters of one principal, or of one address of anonymous callers, may take: eight times their bytes as
   * BSON, 1 KiB for each of their conditions, and 256 bytes for each document and list in them. A subscription with one more gets `LIMIT_EXCEEDED`. Default 16 MiB.
   */
  readonly maxFilterBytesPerPrincipal?: number
  /** How much may wait in a client's socket before its subscriptions have to wait. Default 1 MiB. */
  readonly maxBufferedBytes?: number
  /** How long a client may read nothing of what waits for it, before `SLOW_CONSUMER`. Default 60,000. */
  readonly slowConsumerMs?: number
  /** How long a `getMore` waits at the server when nothing happens. Default 1,000. */
  readonly maxAwaitTimeMs?: number
  /** How long a new subscription waits while MongoDB cannot be reached, before `UPSTREAM_FAILED`. Default 10,000. */
  readonly startTimeoutMs?: number
  /** How long a running subscription may be interrupted by an outage, before `UPSTREAM_FAILED`. Default 300,000. */
  readonly outageLimitMs?: number
  /** Delays between attempts to reach MongoDB again. */
  readonly backoff?: BackoffOptions
  /** How long to wait for MongoDB before the relay counts as started without it. Default 300. */
  readonly readyTimeoutMs?: number
  /** How long clients have to close when the relay stops, before they are cut off. Default 1,000. */
  readonly stopGraceMs?: number
  /**
   * How long the relay goes on serving after it was asked to stop, while `/readyz` says 503, so that balancers send nobody
   * here any more. Default 0.
   */
  readonly drainDelayMs?: number
  /** Serve `/metrics` to callers who bring this bearer token. Default: not at `port`. */
  readonly metricsToken?: string | undefined
  /** Serve `/metrics`, `/healthz` and `/readyz` at a port of their own, without a token; 0 is a free one. Default: none. */
  readonly metricsPort?: number | undefined
  /** The address to listen on with `metricsPort`. Default `127.0.0.1`. */
  readonly metricsHost?: string
  /** Receives what an operator should know. A line that it throws at is lost, and nothing else. Default: none. */
  readonly log?: Logger
}
