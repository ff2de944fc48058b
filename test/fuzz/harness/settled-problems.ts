import { setTimeout as delay } from 'node:timers/promises'
import { PATIENCE_MS } from '../../support/patience.ts'
import type { SubjectState } from './serve-subject.ts'
import { type Subject, usedBytes } from './subject.ts'
import type { Target } from './target.ts'

/**
 * Waits until it is as it was before: nothing open, memory given back.
 * @returns what is wrong when it does not come to that; empty when all is well
 */
export async function settledProblems(
  subject: Subject,
  before: SubjectState,
  { memory, settlesMs = PATIENCE_MS }: Pick<Target<Subject>, 'memory' | 'settlesMs'>,
): Promise<string[]> {
  const deadlineMs = performance.now() + settlesMs
  for (;;) {
    const problems = problemsOf(await subject.state(), before, memory.afterwards)
    if (subject.errors !== '') problems.push(`stderr: ${subject.errors}`)
    if (problems.length === 0 || performance.now() > deadlineMs) return problems
    await delay(50)
  }
}

function problemsOf(state: SubjectState, before: SubjectState, maxBytes: number): string[] {
  const problems = state.unexpected.slice(0, 20).map((line) => `masked: ${line.slice(0, 600)}`)
  for (const [kind, number] of Object.entries(state.open)) {
    if (number > 0) problems.push(`${number} ${kind} are left open`)
  }
  const growth = usedBytes(state) - usedBytes(before)
  if (growth > maxBytes) problems.push(`${growth} bytes of memory are not given back`)
  if (state.pollution.length > 0) problems.push(`prototypes hold ${state.pollution.join()}`)
  return problems
}
