import { PATIENCE_MS } from '../../support/patience.ts'
import type { EngineState } from './engine-process.ts'
import type { EngineUnderTest } from './engine-under-test.ts'

/** How much more memory than at the start may be in use at the end: the oplog, and code that was compiled meanwhile. */
const MAX_GROWTH_BYTES = 64 * 1024 * 1024

/**
 * Waits until the engine is as it was before: nothing open, memory given back.
 * @returns what is wrong when it does not come to that; empty when all is well
 */
export async function settledProblems(engine: EngineUnderTest, before: EngineState): Promise<string[]> {
  const deadlineMs = performance.now() + PATIENCE_MS
  for (;;) {
    const problems = problemsOf(await engine.state(), before)
    if (engine.errors !== '') problems.push(`stderr: ${engine.errors}`)
    if (problems.length === 0 || performance.now() > deadlineMs) return problems
  }
}

function problemsOf(state: EngineState, before: EngineState): string[] {
  const problems = (['connections', 'cursors', 'sessions'] as const)
    .filter((name) => state[name] > 0)
    .map((name) => `${state[name]} ${name} are left open`)
  const growth = state.heapBytes + state.externalBytes - before.heapBytes - before.externalBytes
  if (growth > MAX_GROWTH_BYTES) problems.push(`${growth} bytes of memory are not given back`)
  if (state.pollution.length > 0) problems.push(`prototypes hold ${state.pollution.join()}`)
  return problems
}
