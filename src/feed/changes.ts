import type { Change } from '../changes/change.ts'
import type { Deployment } from '../changes/deployment.ts'
import type { Position } from '../changes/position.ts'
import { raceSignal } from '../changes/race-signal.ts'
import type { Scope } from '../changes/scope.ts'
import type { OutageOptions } from '../changes/watch.ts'
import { watch } from '../changes/watch.ts'
import { RelayError } from '../errors.ts'
import { settledWithin } from '../settled-within.ts'
import type { PositionRing } from './position-ring.ts'
import type { RecentScope } from './recent-scopes.ts'
import type { ChangesRequest } from './request.ts'

/** What is remembered of a scope. */
export interface Remembered {
  readonly ring: PositionRing
  /** Present when the scope's subscribers keep the ring up to date; otherwise a recorder does. */
  readonly scope?: RecentScope
}

/** Where {@link changes} come from. */
export interface ChangesSource {
  readonly deployment: Deployment
  readonly outage: OutageOptions
  /** What is remembered of a scope; `undefined` when there is no room for it. */
  readonly remembered: (scope: Scope) => Remembered | undefined
}

/** How long a subscriber waits for what keeps the ring to see what has happened until now, in milliseconds. */
const CATCH_UP_MS = 250

/**
 * The changes that one subscriber asked for, from a change stream of its own, filtered. `signal` ends it.
 *
 * @throws RelayError as {@link watch} does
 */
export async function* changes(
  source: ChangesSource,
  request: ChangesRequest,
  signal: AbortSignal,
): AsyncGenerator<Change, void, void> {
  const { start } = request
  if (start !== 'now' && !('last' in start)) return yield* filtered(source, request, { start }, signal)

  const remembered = source.remembered(request.scope)
  const position = start === 'now' ? undefined : await positionBefore(start.last, remembered, source, signal)
  if (position === undefined) return yield* recorded(source, request, { start: 'now' }, remembered, signal)
  let isOpen = false
  const onOpen = () => (isOpen = true)
  try {
    yield* recorded(source, request, { start: position, onOpen }, remembered, signal)
  } catch (error) {
    // a quiet namespace's last events can be older than the oplog, so that there is nothing to start with; but what an
    // open stream loses is a gap, and must be told
    if (isOpen || !(error instanceof RelayError) || error.code !== 'HISTORY_LOST') throw error
    yield* recorded(source, request, { start: 'now' }, remembered, signal)
  }
}

interface Opening {
  readonly start: Position | 'now'
  readonly onStart?: (origin: Position) => void
  readonly onOpen?: () => void
  readonly onChange?: (change: Change) => void
}

// what the ring does not know yet would be delivered on top of the last `count`
async function positionBefore(
  count: number,
  remembered: Remembered | undefined,
  { deployment }: ChangesSource,
  signal: AbortSignal,
): Promise<Position | undefined> {
  if (count === 0 || remembered === undefined) return undefined
  const { ring, scope } = remembered
  const isKept = scope === undefined || scope.readers > 0
  if (isKept && ring.before(count) !== undefined) {
    const caughtUp = deployment.operationTime().then((time) => time && ring.reaches(time))
    const orNot = caughtUp.catch(() => 'opening the stream finds out, and tells')
    await raceSignal(settledWithin(orNot, CATCH_UP_MS), signal)
  }
  return ring.before(count)
}

// a subscriber at the live end keeps its scope's ring up to date for the next one
async function* recorded(
  source: ChangesSource,
  request: ChangesRequest,
  opening: Opening,
  remembered: Remembered | undefined,
  signal: AbortSignal,
): AsyncGenerator<Change, void, void> {
  if (!remembered?.scope) return yield* filtered(source, request, opening, signal)
  const { ring, scope } = remembered
  const onStart = (origin: Position) => {
    // nobody saw what happened since the last reader left
    if (scope.readers === 1 || ring.before(0) === undefined) ring.reset(origin)
  }
  const leave = scope.join()
  try {
    const onChange = (change: Change) => ring.push(change.resumeToken, change.event._id)
    yield* filtered(source, request, { ...opening, onStart, onChange }, signal)
  } finally {
    leave()
  }
}

async function* filtered(
  { deployment, outage }: ChangesSource,
  { scope, images, operationTypes, matches }: ChangesRequest,
  { start, onStart, onOpen, onChange }: Opening,
  signal: AbortSignal,
): AsyncGenerator<Change, void, void> {
  const hooks = { ...(onStart ? { onStart } : {}), outage: { ...outage, ...(onOpen ? { onOpen } : {}) } }
  for await (const change of watch(deployment, { scope, start, ...images, ...hooks }, signal)) {
    onChange?.(change)
    if (operationTypes && !operationTypes.has(change.event.operationType)) continue
    if (matches && !matches(change.event)) continue
    yield change
  }
}
