import fc from 'fast-check'
import { beginWork } from '../../src/bson/work-budget.ts'

/**
 * Has each generated case be an operation of its own, as it is in the engine: a property runs all of them in one turn
 * of the event loop, which on a busy machine takes longer than one operation may.
 */
export function beginEachCase(): void {
  fc.configureGlobal({ ...fc.readConfigureGlobal(), beforeEach: () => beginWork() })
}
