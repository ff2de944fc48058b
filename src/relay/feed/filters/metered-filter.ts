import type { LazyDocument } from '../../../bson/codec/lazy-document.ts'
import { stepsSoFar, TooManySteps, withinSteps } from '../../../bson/work-budget.ts'
import type { DocumentTest } from '../../changes/where.ts'
import type { RelayError } from '../../../errors.ts'
import type { FilterBudget } from './filter-budget.ts'

/** Steps that are charged at once: filters that cost little are looked at now and then. */
const CHARGED_STEPS = 10_000
/** What matching costs besides, in steps. */
const CALL_STEPS = 4

/** What {@link meterFilter} needs. */
export interface MeteredFilterOptions {
  readonly matches: DocumentTest
  readonly budget: FilterBudget
  /** Who asked for the filter, now; each once. */
  readonly owners: () => ReadonlySet<string>
  /** The error for those who have no steps left; says it in the log, too. */
  readonly atLimit: (message: string) => RelayError
  /** Called with an owner who has no steps left, while an event is looked at. */
  readonly onOverdrawn: (owner: string, error: RelayError) => void
}

/**
 * A filter whose steps are charged to those who asked for it, in equal parts: what it costs, it costs once.
 *
 * @returns whether an event matches; throws `LIMIT_EXCEEDED` when one event takes more steps than anybody can have
 */
export function meterFilter(options: MeteredFilterOptions): (event: LazyDocument) => boolean {
  const { matches, budget, owners, atLimit, onOverdrawn } = options
  let owed = 0

  function charge(): void {
    const all = owners()
    const part = Math.ceil(owed / Math.max(1, all.size))
    owed = 0
    for (const owner of all) if (!budget.take(owner, part)) onOverdrawn(owner, atLimit(tooExpensive(budget)))
  }

  return (event) => {
    const before = stepsSoFar()
    try {
      return withinSteps(budget.maxSteps, () => matches(event))
    } catch (error) {
      throw error instanceof TooManySteps ? atLimit(tooExpensive(budget)) : error
    } finally {
      owed += stepsSoFar() - before + CALL_STEPS
      if (owed >= CHARGED_STEPS) charge()
    }
  }
}

function tooExpensive({ stepsPerSecond }: FilterBudget): string {
  const limit = `${stepsPerSecond} steps a second, as \`maxFilterStepsPerSecond\` allows`
  return `The filters of this caller take more work than ${limit}: ask for fewer conditions, or of shorter arrays`
}
