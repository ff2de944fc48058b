import { Random } from '../../support/random/random.ts'
import { Outcome } from './outcome.ts'
import type { Subject } from './subject.ts'

/** A way to put inputs to what is under test. */
export interface Fuzzer<S extends Subject> {
  readonly name: string
  /** How many inputs there are in a run of `npm run fuzz`: about a minute of them. */
  readonly usual: number
  /** How many inputs are under way at a time. */
  readonly lanes: number
  /** Begins a run: opens what its inputs share. */
  open(subject: S, outcome: Outcome): Promise<FuzzerRun>
}

/** A run of a fuzzer. */
export interface FuzzerRun {
  /**
   * Makes an input and puts it to what is under test.
   *
   * @param random determined by the seed and the input's number alone, so that it can be repeated
   * @param lane which of those that are under way at a time it is
   * @returns what is wrong with what came of it; `undefined` when nothing is
   */
  run(random: Random, input: number, lane: number): Promise<string | undefined>
  /** Closes what it has opened, and gives what is wrong in the end. */
  close(): Promise<string | undefined>
}

/** Past so many failures a run ends: they have one cause, or too many. */
const MAX_FAILURES = 50

/** Runs a fuzzer's inputs by their numbers, as many at a time as it has lanes. */
export async function runFuzzer<S extends Subject>(
  fuzzer: Fuzzer<S>,
  subject: S,
  seed: number,
  inputs: Iterable<number>,
): Promise<Outcome> {
  const outcome = new Outcome()
  const run = await fuzzer.open(subject, outcome)
  const queue = inputs[Symbol.iterator]()
  const runLane = async (_: unknown, lane: number) => {
    for (let next = queue.next(); !next.done && subject.isAlive; next = queue.next()) {
      const input = next.value
      outcome.count('inputs')
      const what = await run.run(Random.of(seed, input), input, lane).catch(String)
      if (what !== undefined) outcome.failures.push({ input, what })
      if (outcome.failures.length > MAX_FAILURES) return
    }
  }
  await Promise.all(Array.from({ length: fuzzer.lanes }, runLane))
  const what = subject.isAlive ? await run.close().catch(String) : undefined
  if (what !== undefined) outcome.failures.push({ input: -1, what })
  return outcome
}
