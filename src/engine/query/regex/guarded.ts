import { createContext, Script } from 'node:vm'
import { countWork } from '../../../bson/work-budget.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { worstCasePower } from './cost.ts'

const MAX_DIRECT_STEPS = 1e7
/** Steps of a search that count as one step of work. */
const SEARCH_PER_STEP = 10_000
// even 2^n is not much there
const SHORT = 16
const TIME_LIMIT_MS = 500

// a script can be interrupted after a time, and whatever it calls with it
const sandbox = createContext({ run: undefined as (() => RegExpExecArray | null) | undefined })
const script = new Script('run()')

/**
 * A regular expression whose search ends: one that might take very long is given half a second. Cost: about 0.1 ms more
 * for a search that might.
 */
export class GuardedRegExp extends RegExp {
  readonly #power: number

  // `split`, `matchAll` and others derive theirs from an expression rather than from its source
  constructor(pattern: string | RegExp, flags: string) {
    super(pattern, flags)
    this.#power = worstCasePower(this.source)
  }

  /** @throws CommandError 51156 when the search takes too long, and what {@link countWork} throws */
  override exec(text: string): RegExpExecArray | null {
    const steps = text.length <= SHORT ? 1 : text.length ** this.#power
    countWork(Math.ceil(Math.min(steps, MAX_DIRECT_STEPS) / SEARCH_PER_STEP))
    if (steps < MAX_DIRECT_STEPS) return super.exec(text)
    return withinTime(() => super.exec(text))
  }
}

function withinTime(search: () => RegExpExecArray | null): RegExpExecArray | null {
  sandbox['run'] = search
  try {
    return script.runInContext(sandbox, { timeout: TIME_LIMIT_MS }) as RegExpExecArray | null
  } catch (cause) {
    throw new CommandError(
      51156,
      `Error occurred while executing the regular expression: no answer in ${TIME_LIMIT_MS} ms`,
      {
        cause,
      },
    )
  } finally {
    sandbox['run'] = undefined
  }
}
