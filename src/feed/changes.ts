import type { Change } from '../changes/change.ts'
import type { Deployment } from '../changes/deployment.ts'
import type { Position } from '../changes/position.ts'
import { raceSignal } from '../changes/race-signal.ts'
import type { Scope } from '../changes/scope.ts'
import type { OutageOptions } from '../changes/watch.ts'
import { watch } from '../changes/watch.ts'
import { RelayError } from '../errors.ts'
import { settledWithin } from '../settled-within.ts'
import type { RecentScope } from './recent-scopes.ts'
import type { ChangesRequest } from './request.ts'

/** Where {@link changes} come from. */
export interface ChangesSource {
  readonly deployment: Deployment
  readonly outage: OutageOptions
  /** What is remembered of a scope; `undefined` when there is no room for it. */
  readonly remembered: (scope: Scope) => RecentScope | undefined
}

/** How long a subscriber waits for what keeps the ring to see what has happened until now, in milliseconds. */
const CATCH_UP_MS = 250

/**
 * The changes that one subscriber asked for, from a change stream of its own, filtered. `signal` ends it. Wherever it starts,
 * its scope is remembered as long as it runs.
 *
 * @throws RelayError as {@link watch} does
 */
export async function* changes(
  source: ChangesSource,
  request: ChangesRequest,
  signal: AbortSignal,
): AsyncGenerator<Change, void, void> {
  const remembered = source.remembered(request.scope)
  const leave = remembered?.join()
  try {
    yield* started(source, request, remembered, signal)
  } finally {
    leave?.()
  }
}

async function* started(
  source: ChangesSource,
  request: ChangesRequest,
  remembered: RecentScope | undefined,
  signal: AbortSignal,
): AsyncGenerator<Change, void, void> {
  const { start } = request
  if (start === 'now' || !('last' in start)) return yield* filtered(source, request, { start }, signal)
  const position = await positionBefore(start.last, remembered, source, signal)
  if (position === undefined) return yield* filtered(source, request, { start: 'now' }, signal)
  let isOpen = false
  const onOpen = () => (isOpen = true)
  try {
    yield* filtered(source, request, { start: position, onOpen }, signal)
  } catch (error) {
    // a quiet namespace's last events can be older than the oplog, so that there is nothing to start with; but what an
    // open stream loses is a gap, and must be told
    if (isOpen || !(error instanceof RelayError) || error.code !== 'HISTORY_LOST') throw error
    yield* filtered(source, request, { start: 'now' }, signal)
  }
}

interface Opening {
  readonly start: Position | 'now'
  readonly onOpen?: () => void
}

// what the ring does not know yet would be delivered on top of the last `count`
async function positionBefore(
  count: number,
  remembered: RecentScope | undefined,
  { deployment }: ChangesSource,
  signal: AbortSignal,
): Promise<Position | undefined> {
  if (count === 0 || remembered === undefined) return undefined
  const { ring } = remembered
  if (ring.before(count) !== undefined) {
    const caughtUp = deployment.operationTime().then((time) => time && ring.reaches(time))
    const orNot = caughtUp.catch(() => 'opening the stream finds out, and tells')
    await raceSignal(settledWithin(orNot, CATCH_UP_MS), signal)
  }
  return ring.before(count)
}

async function* filtered(
  { deployment, outage }: ChangesSource,
  { scope, images, operationTypes, matches }: ChangesRequest,
  { start, onOpen }: Opening,
  signal: AbortSignal,
): AsyncGenerator<Change, void, void> {
  const hooks = onOpen ? { ...outage, onOpen } : outage
  for await (const change of watch(deployment, { scope, start, ...images, outage: hooks }, signal)) {
    if (operationTypes && !operationTypes.has(change.event.operationType)) continue
    if (matches && !matches(change.event)) continue
    yield change
  }
}
