import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers'
import { getHeapStatistics } from 'node:v8'
import { CommandError } from './command-error.ts'

/** How long one operation may keep the engine from everything else, in milliseconds: less than drivers wait for a heartbeat. */
export const MAX_TURN_MS = 8_000
/** The share of the heap in use beyond which an operation is given up, so that the process is not. */
const MAX_HEAP_SHARE = 0.8
/** How long a batch goes on before others have their turn. */
const PAUSE_AFTER_MS = 50
/** Steps between two looks at the clock. */
const STEPS_PER_LOOK = 64
/** How often the heap is looked at, which costs some microseconds. */
const HEAP_LOOK_MS = 5

const maxHeapBytes = getHeapStatistics().heap_size_limit * MAX_HEAP_SHARE
let steps = 0
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
  if (steps < STEPS_PER_LOOK) return
  steps = 0
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
