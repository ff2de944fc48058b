// Generated from the table of options by `npm run codegen`.

/**
 * The options of a relay that are one value each. Everything has a default; durations are in milliseconds, sizes in
 * bytes.
 */
export interface PlainOptions {
  /**
   * A replica set, a sharded cluster or Atlas; passed to the driver as it is. A connection string. The embedded engine
   * is empty, in memory, and ends with the relay. Default: the embedded engine, on port 27017 if that is free.
   */
  readonly mongoUri?: string | undefined
  /**
   * NATS servers whose JetStream has the changes, so that this relay opens no change streams. URLs such as
   * nats://a:4222, of one cluster. `tailrace ingest` copies the changes to it. With `mongoUri`, too, what is older than
   * the copy, documents and names come from MongoDB itself; without it documents and names come from the ingesters.
   * Default: none: change streams are read from MongoDB.
   */
  readonly backbone?: readonly string[] | undefined
  /**
   * The name that ingesters and relays of one deployment share. The beginning of the names of its JetStream streams,
   * and a part of its subjects `tailrace.<name>.>`. Default: `tailrace`.
   */
  readonly backboneName?: string | undefined
  /** A file with NATS credentials (a JWT and a seed, as `nsc` makes them). Default: those in the URLs, or none. */
  readonly backboneCredentials?: string | undefined
  /**
   * The JetStream domain whose logs the servers of `backbone` shall mirror, as leaf nodes at the edge do. The mirrors
   * are made when they are first read, with the limits below. Default: none: they have the logs themselves.
   */
  readonly backboneMirror?: string | undefined
  /** Copy the changes to the backbone as well, as `tailrace ingest` does. Default: `false`. */
  readonly ingest?: boolean | undefined
  /**
   * On how many NATS servers an ingester has each log kept, 1 to 5. Of logs that it makes; those that there are stay as
   * they are. Default: 1.
   */
  readonly backboneReplicas?: number | undefined
  /**
   * How large an ingester lets a log become before the oldest changes are removed, in bytes. There is one log for each
   * namespace and way to fill in images that is asked for. Default: 1,073,741,824.
   */
  readonly backboneMaxBytes?: number | undefined
  /** How long an ingester has changes kept in a log, in milliseconds. Default: 86,400,000. */
  readonly backboneMaxAgeMs?: number | undefined
  /** Where the embedded engine listens, 0 for a free port. Default: 0. */
  readonly enginePort?: number | undefined
  /** Take a free port when `enginePort` is in use, instead of failing. Default: `false`. */
  readonly enginePortIsPreference?: boolean | undefined
  /**
   * What the page watches first, and whose last changes are remembered; whether it can be watched is /readyz. A
   * collection as `db.coll`, or a database as `db`. Default: `test.test`.
   */
  readonly namespace?: string | undefined
  /** How long a getMore waits at the server when nothing happens, in milliseconds. Default: 1,000. */
  readonly maxAwaitTimeMs?: number | undefined
  /**
   * How long a new subscription waits for a MongoDB that cannot be reached, in milliseconds. Then it gets
   * `UPSTREAM_FAILED`. Default: 10,000.
   */
  readonly startTimeoutMs?: number | undefined
  /**
   * How long a running subscription may be interrupted by an outage, in milliseconds. Then it gets `UPSTREAM_FAILED`
   * and its position. Default: 300,000.
   */
  readonly outageLimitMs?: number | undefined
  /** How long to wait for MongoDB before the relay counts as started without it, in milliseconds. Default: 300. */
  readonly readyTimeoutMs?: number | undefined
  /** The address to listen on. The default is this machine only. Default: `127.0.0.1`. */
  readonly host?: string | undefined
  /** Where to listen, 0 for a free port. Default: 8,888. */
  readonly port?: number | undefined
  /**
   * Names that the relay is reached by, such as that of a proxy in front of it. With a port where it is not the usual
   * one. Pages under these names are the relay’s own. On a loopback address it answers to no other names, and where
   * callers without credentials are served, to no others but addresses. Default: loopback names; others where every
   * caller must have credentials.
   */
  readonly allowedHosts?: readonly string[] | undefined
  /** Origins besides the relay’s own whose pages may use it. Such as `https://app.example.com`. Default: none. */
  readonly allowedOrigins?: readonly string[] | undefined
  /**
   * Take callers without credentials; must be set to listen on other addresses without authentication. The same as
   * `auth.allowAnonymous`. Default: only where no authentication is set up.
   */
  readonly allowAnonymous?: boolean | undefined
  /** Proxies whose X-Forwarded-For and X-Forwarded-Host are believed, as addresses or subnets. Default: none. */
  readonly trustedProxies?: readonly string[] | undefined
  /**
   * What resume tokens are sealed with where rules hide something; 32 characters or more, the same for a fleet. Resume
   * tokens hold document keys, so that rules that hide something need it. Changing it makes the tokens of callers who
   * may not see everything invalid. Default: none.
   */
  readonly tokenSecret?: string | undefined
  /** Serve GraphiQL to browsers at /graphql. Default: `true`. */
  readonly graphiql?: boolean | undefined
  /**
   * Let clients ask for the schema, which GraphiQL needs for its help. Without it, errors do not suggest names either.
   * Default: `true`.
   */
  readonly introspection?: boolean | undefined
  /** The folder of the live page. Default: the one in the package. */
  readonly pageRoot?: string | undefined
  /**
   * How much of each change stream is remembered, for clients that come back, in bytes. Events count with their size as
   * BSON. Default: 16,777,216.
   */
  readonly windowBytes?: number | undefined
  /** How many events of each change stream are remembered. Default: 10,000. */
  readonly windowEvents?: number | undefined
  /** How much of all encoded events is remembered, for clients that are behind, in bytes. Default: 16,777,216. */
  readonly encodedBytes?: number | undefined
  /** How long a change stream stays open after its last subscriber left, in milliseconds. Default: 60,000. */
  readonly lingerMs?: number | undefined
  /**
   * How far back a change stream begins, so that subscribers who come back with their tokens share it, in milliseconds.
   * After a restart of the relay each of them would open a stream of its own without it. 0: it begins now. What the
   * oplog does not have, and what takes more than 5 seconds to read, is left out. Default: 60,000.
   */
  readonly warmStartMs?: number | undefined
  /**
   * How many change streams are shared at a time. There are at most two for each namespace, whatever images subscribers
   * choose: one for `DEFAULT` and `UPDATE_LOOKUP`, one for `WHEN_AVAILABLE` and `REQUIRED`; and as many with
   * `showExpandedEvents`. More get `LIMIT_EXCEEDED`. Default: 1,000.
   */
  readonly maxUpstreams?: number | undefined
  /**
   * How many of them a principal, or an address of anonymous callers, may use at a time. Each counts for all who use
   * it, and for who left it last while it lingers; that of `namespace` counts for none. Anonymous callers are counted
   * by their address, those of IPv6 by their network of 64 bits; behind a proxy that is not in `trustedProxies` they
   * all have the proxy’s. More get `LIMIT_EXCEEDED`. Default: a quarter of them.
   */
  readonly maxUpstreamsPerPrincipal?: number | undefined
  /** How many subscribers catch up from the oplog at a time; others wait, principals in turn. Default: 8. */
  readonly maxCatchUps?: number | undefined
  /**
   * How long one of them lasts while other principals wait, before it waits for its next turn, in milliseconds.
   * Default: 1,000.
   */
  readonly catchUpTurnMs?: number | undefined
  /** How many subscriptions there may be at a time. More get `LIMIT_EXCEEDED`. Default: 100,000. */
  readonly maxSubscriptions?: number | undefined
  /** Largest WebSocket message and request body taken, in bytes. Default: 65,536. */
  readonly maxMessageBytes?: number | undefined
  /**
   * How many response keys an operation may have in all. Its fields, counted as often as aliases and fragments ask for
   * them; all fields of a change need 30. More get `LIMIT_EXCEEDED`. Default: 50.
   */
  readonly maxResponseKeys?: number | undefined
  /**
   * Largest result of one event, as JSON, in bytes. A larger one ends its subscription with `EVENT_TOO_LARGE` and the
   * position just after the event. The default is four times the largest document. Default: 67,108,864.
   */
  readonly maxResultBytes?: number | undefined
  /** How much may wait in a client’s socket before its subscriptions have to wait, in bytes. Default: 1,048,576. */
  readonly maxBufferedBytes?: number | undefined
  /**
   * How long a client may read nothing of what waits for it, in milliseconds. Then its subscriptions end with
   * `SLOW_CONSUMER`. Default: 60,000.
   */
  readonly slowConsumerMs?: number | undefined
  /** How often sockets are pinged, and idle event streams send a comment, in milliseconds. Default: 12,000. */
  readonly keepAliveMs?: number | undefined
  /**
   * How long an event stream or a WebSocket may last, for platforms that would cut it off; clients continue it, in
   * milliseconds. Each is ended between four fifths of that time and the whole: a stream that was asked for by GET, as
   * `EventSource` does, with its position and `retry`; others with `SHUTTING_DOWN` and the position. Default: no limit.
   */
  readonly maxStreamMs?: number | undefined
  /**
   * How long a request for the log waits for the next event, in milliseconds. Then it is answered with 204. Shorter
   * than what proxies in front allow a request. Default: 20,000.
   */
  readonly longPollMs?: number | undefined
  /**
   * How long callers who see the same of a log may share one URL of it, so that caches serve them all, in milliseconds.
   * Answers to callers with credentials then have a `Stream-View`, which the parameter `view` takes in the place of
   * credentials, for between half of that time and the whole. Whoever has it sees what they see. Needs `tokenSecret`.
   * Default: none is shared.
   */
  readonly sharedViewMs?: number | undefined
  /**
   * How many connections there may be. More are answered with 503, and from 64 more on not at all. In a server of
   * others and in other runtimes, requests that are being answered and WebSockets are counted. Default: 50,000.
   */
  readonly maxConnections?: number | undefined
  /**
   * How many connections an address may have. IPv6 addresses are counted by their network of 64 bits. More are answered
   * with 429. This machine’s own addresses have no limit of their own because a proxy may ask for everybody from there;
   * nor have callers whose address a runtime does not tell. Default: 1000, and no limit for this machine’s own
   * addresses.
   */
  readonly maxConnectionsPerAddress?: number | undefined
  /**
   * How many operations a WebSocket, or an HTTP connection, may have at a time. More get `LIMIT_EXCEEDED`, over HTTP
   * with 429. Default: 1,000.
   */
  readonly maxSubscriptionsPerConnection?: number | undefined
  /**
   * How many subscriptions a principal, or an address of anonymous callers, may have at a time. Over all its
   * connections. More get `LIMIT_EXCEEDED`. Default: 1000, and a quarter of `maxSubscriptions` for an address.
   */
  readonly maxSubscriptionsPerPrincipal?: number | undefined
  /**
   * How many subscriptions of a principal, or of an address, may catch up, or wait for it, at a time. More get
   * `LIMIT_EXCEEDED` and their position. Those who wait delay only their own. Default: no limit: principals have turns.
   */
  readonly maxCatchUpsPerPrincipal?: number | undefined
  /**
   * How many steps of work the filters of a principal, or of an address of anonymous callers, may take a second. A step
   * is a value looked at or some hundred bytes compared: some tens of nanoseconds. Four seconds’ steps can be saved up.
   * Subscriptions whose filter takes more are ended with `LIMIT_EXCEEDED`, and only those of its callers. Default:
   * 5,000,000.
   */
  readonly maxFilterStepsPerSecond?: number | undefined
  /**
   * How much memory their filters may take at a time, in bytes. A filter (`where`) counts with eight times its bytes as
   * BSON, 1 KiB for each of its conditions, and 256 bytes for each document and list in it. A subscription with one
   * more gets `LIMIT_EXCEEDED`. Default: 16,777,216.
   */
  readonly maxFilterBytesPerPrincipal?: number | undefined
  /**
   * Longest resume token taken from a client; those of the relay have at most 2,048 characters before they are sealed,
   * in bytes. Longer ones get `RESUME_TOKEN_INVALID`. Default: 65,536.
   */
  readonly maxTokenBytes?: number | undefined
  /** How many tokens a GraphQL document may have. More get `LIMIT_EXCEEDED`. Default: 2,000. */
  readonly maxTokens?: number | undefined
  /** How many directives a document may have. More get `LIMIT_EXCEEDED`. Default: 50. */
  readonly maxDirectives?: number | undefined
  /**
   * How much of results a connection is sent per second; the rest comes later, in bytes. On average. A connection over
   * it is served as one that reads slowly. Default: no limit.
   */
  readonly maxOutputBytesPerSecond?: number | undefined
  /**
   * How long a WebSocket may take to send connection_init, in milliseconds. Then it is closed with 4408. Default:
   * 3,000.
   */
  readonly connectionInitMs?: number | undefined
  /**
   * How long a WebSocket may have no operation, in milliseconds. Then it is closed with 1000, within another quarter of
   * that time; stock clients come back when they have something to ask. Default: 600,000.
   */
  readonly idleConnectionMs?: number | undefined
  /** How long the headers of a request may take, in milliseconds. Then it is answered with 408. Default: 10,000. */
  readonly headersTimeoutMs?: number | undefined
  /** How long a request may take to arrive, in milliseconds. Then it is answered with 408. Default: 30,000. */
  readonly requestTimeoutMs?: number | undefined
  /** How long an HTTP connection is kept open for another request, in milliseconds. Default: 5,000. */
  readonly keepAliveTimeoutMs?: number | undefined
  /** Serve /metrics to callers who bring this bearer token. Default: /metrics is not served at --port. */
  readonly metricsToken?: string | undefined
  /**
   * Serve /metrics, /healthz and /readyz, and nothing else, at a port of their own, without a token. 0 is a free one.
   * Default: none.
   */
  readonly metricsPort?: number | undefined
  /** The address to listen on with --metrics-port. Default: `127.0.0.1`. */
  readonly metricsHost?: string | undefined
  /**
   * How long the relay goes on serving after SIGTERM, while /readyz says 503, so that balancers notice, in
   * milliseconds. In a program, after `stop`. Default: 0.
   */
  readonly drainDelayMs?: number | undefined
  /** How long clients have to close when the relay stops, before they are cut off, in milliseconds. Default: 1,000. */
  readonly stopGraceMs?: number | undefined
}
