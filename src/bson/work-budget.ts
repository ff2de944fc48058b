import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers'
import { getHeapStatistics } from 'node:v8'
import { CommandError } from './command-error.ts'

/**
 * How long one operation may keep the engine from everything else, in milliseconds: less than drivers wait for a
 * heartbeat.
 */
export const MAX_TURN_MS = 8_000
/** The share of the heap in use beyond which an operation is given up, so that the process is not. */
const MAX_HEAP_SHARE = 0.8
/** How long a batch goes on before others have their turn. */
const PAUSE_AFTER_MS = 50
/** Steps between two looks at the clock. */
const STEPS_PER_LOOK = 16
/** How often the heap is looked at, which costs some microseconds. */
const HEAP_LOOK_MS = 5

const maxHeapBytes = getHeapStatistics().heap_size_limit * MAX_HEAP_SHARE
/** Steps since the process started. */
let steps = 0
/** The number of steps at which something is to be looked at. */
let nextLook = STEPS_PER_LOOK
/** Whether the steps are counted for {@link withinSteps} alone. */
let isBounded = false
/** Whether nothing may be ended now. */
let isHeld = false
let turnStartMs: number | undefined
let turnLimitMs = MAX_TURN_MS
let heapSeenMs = 0

/**
 * Says that another operation begins, which has its own time however much others took in this turn of the event loop.
 * @param limitMs what it may take in one turn, where that is less than {@link MAX_TURN_MS}
 */
export function beginWork(limitMs: number = MAX_TURN_MS): void {
  turnStartMs = undefined
  turnLimitMs = Math.min(limitMs, MAX_TURN_MS)
}

/**
 * Counts steps of work: a document looked at, an operator run, elements made. Everything runs on one thread, so an
 * operation that takes too long or too much stops every client: it ends here instead. The time starts anew
 * with {@link beginWork} and whenever others had their turn.
 * **Cost**: a nanosecond or so per call. Not for code that must not be left half-way, such as applying a write.
 * @throws CommandError MaxTimeMSExpired, ExceededMemoryLimit
 */
export function countWork(count = 1): void {
  steps += count
  if (steps >= nextLook) look()
}

/**
 * {@link countWork} for what others do as well, on whom the engine's limits are not to bear: it counts {@link
 * withinSteps} alone.
 */
export function countWithin(count: number): void {
  if (isBounded) countWork(count)
}

/** Characters of a text that count as one step. */
const TEXT_PER_STEP = 256

/** Counts the work of looking at a text, or at so many bytes. @throws CommandError as {@link countWork} */
export function countText({ length }: { readonly length: number }): void {
  countWork(1 + Math.floor(length / TEXT_PER_STEP))
}

/**
 * Does what must not be left half-way, such as applying a write that was checked: its work is counted, and ends nothing
 * before it is done.
 */
export function withoutInterruption<T>(run: () => T): T {
  const outer = isHeld
  isHeld = true
  try {
    return run()
  } finally {
    isHeld = outer
  }
}

/** How many steps there have been since the process started: of use as a difference. */
export function stepsSoFar(): number {
  return steps
}

/** Says that work took more steps than it was given. */
export class TooManySteps extends Error {
  override readonly name = 'TooManySteps'
}

/**
 * Runs work that is bounded by its own steps, and by neither the clock nor the heap: what others did in this turn does
 * not end it.
 * @throws TooManySteps once it took more than `maxSteps`; and what `run` throws
 */
export function withinSteps<T>(maxSteps: number, run: () => T): T {
  const outer = { nextLook, isBounded }
  nextLook = steps + maxSteps + 1
  isBounded = true
  try {
    return run()
  } finally {
    ;({ nextLook, isBounded } = outer)
  }
}

function look(): void {
  if (isHeld) return
  if (isBounded) throw new TooManySteps('The work takes more steps than it was given')
  nextLook = steps + STEPS_PER_LOOK
  const nowMs = performance.now()
  if (turnStartMs === undefined) {
    turnStartMs = nowMs
    setImmediate(() => (turnStartMs = undefined))
  } else if (nowMs - turnStartMs > turnLimitMs) {
    throw new CommandError(
      'MaxTimeMSExpired',
      `operation exceeded time limit of ${turnLimitMs} ms: the embedded engine gives one operation ${MAX_TURN_MS} ms at most`,
    )
  }
  if (nowMs - heapSeenMs < HEAP_LOOK_MS) return
  heapSeenMs = nowMs
  if (getHeapStatistics().used_heap_size <= maxHeapBytes) return
  throw new CommandError('ExceededMemoryLimit', 'operation exceeded the memory that the embedded engine has')
}

/** Whether this turn of the event loop has taken so long that others should have theirs before more is done. */
export function shouldPause(): boolean {
  return turnStartMs !== undefined && performance.now() - turnStartMs > PAUSE_AFTER_MS
}
