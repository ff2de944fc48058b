import { type Fuzzer, runFuzzer } from './fuzzer.ts'
import { watchMemory } from './memory-watch.ts'
import type { Outcome } from './outcome.ts'
import { settledProblems } from './settled-problems.ts'
import type { Subject } from './subject.ts'
import type { Target } from './target.ts'

/** Inputs of a fuzzer, by their numbers. */
export interface Inputs<S extends Subject> {
  readonly fuzzer: Fuzzer<S>
  readonly numbers: Iterable<number>
}

/** How a session went. */
export interface SessionOutcome {
  /** Of each fuzzer, by its name. */
  readonly outcomes: ReadonlyMap<string, Outcome>
  /** Events that each well-behaved client was to see. */
  readonly witnessed: number
  /** The most memory that was in use beyond what was at first, in bytes. */
  readonly growthBytes: number
  /** Everything that is wrong. Empty when all is well. */
  readonly problems: readonly string[]
}

/** The numbers from 0 to `count` - 1. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n)
}

/** Puts inputs of some fuzzers at the same time to one that is started for them. */
export async function runSession<S extends Subject>(
  target: Target<S>,
  seed: number,
  inputs: readonly Inputs<S>[],
): Promise<SessionOutcome> {
  const subject = await target.start()
  try {
    const witnesses = await target.startWitnesses?.(subject)
    const before = await subject.state()
    const memory = watchMemory(subject, before)
    const outcomes = await Promise.all(inputs.map(({ fuzzer, numbers }) => runFuzzer(fuzzer, subject, seed, numbers)))
    const named = new Map(outcomes.map((outcome, at) => [inputs[at]?.fuzzer.name ?? '', outcome]))
    const problems = [...named].flatMap(([name, { failures }]) =>
      failures.map(({ input, what }) => `${seed} ${name}:${input}: ${what}`),
    )
    if (!subject.isAlive) {
      // what follows its end says nothing
      problems.unshift(`it died: ${subject.errors}`)
      return { outcomes: named, witnessed: 0, growthBytes: 0, problems }
    }
    const { events = 0, problems: missed = [] } = (await witnesses?.stop()) ?? {}
    const growthBytes = await memory.stop()
    if (growthBytes > target.memory.meanwhile) problems.push(`${growthBytes} bytes more were in use than at first`)
    problems.push(...missed, ...(await settledProblems(subject, before, target)))
    return { outcomes: named, witnessed: events, growthBytes, problems }
  } finally {
    await subject.stop()
  }
}
