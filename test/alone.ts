/**
 * The files whose tests act on all of a server, or share a database: on a deployment of `MONGODB_URI` each of them runs
 * alone, after the others. With engines of their own, all files run side by side.
 */
export const ALONE: readonly string[] = [
  'test/hostile/caller-memory.test.ts',
  'test/hostile/hostile.test.ts',
  'test/relay/changes/open-stream.test.ts',
  'test/relay/changes/outages.test.ts',
  'test/relay/feed/failures.test.ts',
  'test/relay/feed/interruptions.test.ts',
  'test/relay/telemetry/relay-log.test.ts',
  'test/relay/transport/large-events.test.ts',
  'test/verify/run.test.ts',
]
