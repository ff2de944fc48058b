/**
 * The files whose tests act on all of a server, or share a database: on a deployment of `MONGODB_URI` each of them runs alone, after the others.
 * With engines of their own, all files run side by side.
 */
export const ALONE: readonly string[] = [
  'test/changes/open-stream.test.ts',
  'test/changes/outages.test.ts',
  'test/feed/failures.test.ts',
  'test/feed/interruptions.test.ts',
  'test/hostile/caller-memory.test.ts',
  'test/hostile/hostile.test.ts',
  'test/telemetry/relay-log.test.ts',
  'test/transport/large-events.test.ts',
  'test/verify/run.test.ts',
]
