import type { BsonArray, BsonValue } from '../values.ts'
import { countWork } from '../work-budget.ts'
import type { MatchedDocument } from './lazy-fields.ts'
import { visitPath, type LeafArrays, type Path } from './path.ts'

/** What a match found beside its answer. */
export interface MatchDetails {
  /** the index for the positional operator; the last array condition that matched decides */
  position: number | undefined
}

/** A condition on one value; `undefined` is a missing field. */
export type ValueTest = (value: BsonValue | undefined) => boolean

/** A condition on a whole document. `details` are filled in only where the answer is true. */
export type Predicate = (document: MatchedDocument, details?: MatchDetails) => boolean

/** A condition on a field: on every value at a path, or on one value by itself (inside `$elemMatch`). */
export interface FieldTest {
  onPath(document: MatchedDocument, path: Path, details?: MatchDetails): boolean
  readonly onValue: ValueTest
}

/** A condition that holds when it holds for any of the values at the path. `undefined` is a missing field. */
export function anyValue(test: ValueTest, leaf: LeafArrays = 'elements'): FieldTest {
  return {
    onValue: test,
    onPath: (document, path, details) =>
      visitPath(document, path, leaf, (value, index) => {
        countWork()
        if (!test(value)) return false
        if (details && index !== undefined) details.position = index
        return true
      }),
  }
}

/** A condition on a whole array, which tells the element that matched. */
export function anyArray(find: (array: BsonArray) => number | undefined): FieldTest {
  return {
    onValue: (value) => Array.isArray(value) && find(value) !== undefined,
    onPath: (document, path, details) =>
      visitPath(document, path, 'whole', (value, index) => {
        const found = Array.isArray(value) ? find(value) : undefined
        if (found === undefined) return false
        if (details) details.position = index ?? found
        return true
      }),
  }
}

/** The opposite of a condition. It never tells a position. */
export function negated(test: FieldTest): FieldTest {
  return {
    onValue(value) {
      countWork()
      return !test.onValue(value)
    },
    onPath: (document, path) => !test.onPath(document, path),
  }
}

/** All conditions together, each for some value at the path. */
export function everyTest(tests: readonly FieldTest[]): FieldTest {
  const [only] = tests
  if (only && tests.length === 1) return only
  return {
    onValue(value) {
      countWork(tests.length)
      return tests.every((test) => test.onValue(value))
    },
    onPath: (document, path, details) => tests.every((test) => test.onPath(document, path, details)),
  }
}

/** A condition that never holds. */
export const NEVER: FieldTest = { onValue: () => false, onPath: () => false }

/** All predicates together. */
export function everyPredicate(predicates: readonly Predicate[]): Predicate {
  const [only] = predicates
  if (only && predicates.length === 1) return only
  return (document, details) => {
    // those that ask for nothing, such as comments, count nothing themselves
    countWork(predicates.length)
    for (const predicate of predicates) {
      if (predicate(document, details)) continue
      if (details) details.position = undefined
      return false
    }
    return true
  }
}
