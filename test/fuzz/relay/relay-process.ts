import { SILENT } from '../../../src/util/logger.ts'
import { createRelay } from '../../../src/relay/relay.ts'
import type { RelayOptions } from '../../../src/relay/options.ts'
import { HOSTILE_DB } from './database.ts'

/** What the process that runs the relay tells when asked. */
export interface RelayState {
  readonly subscribers: number
  readonly upstreams: number
  /** After a full garbage collection. */
  readonly heapBytes: number
  /** Buffers, which are outside the heap. */
  readonly externalBytes: number
  /** What the relay masked for its clients: each is a bug. */
  readonly unexpected: readonly string[]
  /** Names that do not belong on the prototypes of JavaScript's own objects. */
  readonly pollution: readonly string[]
}

/** Where the relay is. */
export interface RelayAddress {
  readonly graphqlUrl: string
  /** Its deployment: that of `MONGODB_URI`, or its own embedded engine. */
  readonly mongoUri: string
}

const GIVEN = process.env['MONGODB_URI'] || undefined

const PROTOTYPES = [Object.prototype, Array.prototype, Map.prototype, Function.prototype, String.prototype]
const before = PROTOTYPES.map((prototype) => new Set(Reflect.ownKeys(prototype)))
const unexpected: string[] = []

// short times, so that what one input leaves open does not stand in the way of the next for long
const relay = await createRelay({
  port: 0,
  mongoUri: GIVEN,
  namespace: `${HOSTILE_DB}.witness`,
  keepAliveMs: 2_000,
  slowConsumerMs: 2_000,
  connectionInitMs: 10_000,
  idleConnectionMs: 5_000,
  headersTimeoutMs: 1_000,
  requestTimeoutMs: 2_000,
  keepAliveTimeoutMs: 1_000,
  lingerMs: 500,
  maxUpstreams: 50,
  ...(JSON.parse(process.argv[2] ?? '{}') as RelayOptions),
  log: {
    ...SILENT,
    error: ({ err }, message) => void unexpected.push(`${message} ${err instanceof Error ? err.stack : String(err)}`),
  },
})

process.on('message', () => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  const { subscribers, upstreams } = relay.stats()
  const pollution = PROTOTYPES.flatMap((prototype, at) =>
    Reflect.ownKeys(prototype).filter((key) => !before[at]?.has(key)),
  ).map(String)
  const state: RelayState = {
    subscribers,
    upstreams,
    heapBytes: heapUsed,
    externalBytes: external,
    unexpected,
    pollution,
  }
  process.send?.(state)
})
process.on('disconnect', () => process.exit(0))
process.send?.({ graphqlUrl: relay.graphqlUrl, mongoUri: relay.engineUri ?? GIVEN ?? '' } satisfies RelayAddress)
