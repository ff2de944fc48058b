/**
 * The files whose tests act on all of a server, or share a database: on a deployment of `MONGODB_URI` each of them runs
 * alone, after the others. With engines of their own, all files run side by side.
 */
export const ALONE: readonly string[] = [
  'test/conformance/specifications.test.ts',
  'test/fuzz/relay/caller-memory.test.ts',
  'test/fuzz/relay/relay.test.ts',
  'test/relay/feed/failures.test.ts',
  'test/relay/feed/interruptions.test.ts',
  'test/relay/feed/snapshot/history-lost.test.ts',
  'test/relay/mongo/outages.test.ts',
  'test/relay/mongo/stream/large-events.test.ts',
  'test/relay/mongo/stream/open-stream.test.ts',
  'test/relay/telemetry/relay-log.test.ts',
  'test/verify/run.test.ts',
]
