import { RelayError } from '../../../errors.ts'

/**
 * How long one of many may last under a limit, in milliseconds: from four fifths of it to the whole, so that those that
 * began together do not come back together.
 */
export function lifetimeMs(maxStreamMs: number, random: () => number = Math.random): number {
  return maxStreamMs * (0.8 + 0.2 * random())
}

/** What ends a subscription that has lasted for so long, where its client has to continue it. */
export function lifetimeOver(): RelayError {
  const message = 'This has lasted as long as `maxStreamMs` allows: continue from `extensions.resumeToken`'
  return new RelayError('SHUTTING_DOWN', message)
}
