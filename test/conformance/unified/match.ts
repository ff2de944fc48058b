import { BSON } from 'mongodb'
import { isDocument, toComparable } from './bson-types.ts'
import type { Entities } from './entities.ts'
import { specialOperator } from './special-operators.ts'

/** A value that is to match, and where it stands. */
export interface Candidate {
  readonly actual: unknown
  /** Whether there is such a field at all. */
  readonly exists: boolean
  /** For messages, such as `ns.db`; empty for the whole. */
  readonly path: string
  /** A document that stands by itself may have more fields than expected; one inside another may not. */
  readonly isRoot: boolean
}

/**
 * Compares a value with what a test expects.
 * @throws Error that names the first place where they differ
 * @see
 *   https://github.com/mongodb/specifications/blob/master/source/unified-test-format/unified-test-format.md#evaluating-matches
 */
export function match(expected: unknown, actual: unknown, entities: Entities): void {
  matchCandidate(expected, { actual, exists: actual !== undefined, path: '', isRoot: true }, entities)
}

/** As {@link match}, for a value within another one. */
export function matchCandidate(expected: unknown, candidate: Candidate, entities: Entities): void {
  const special = specialOperator(expected)
  if (special) return special(candidate, entities)
  if (!candidate.exists) throw mismatch(candidate, expected)
  if (Array.isArray(expected)) return matchArray(expected, candidate, entities)
  if (isDocument(expected)) return matchDocument(expected, candidate, entities)
  if (!isSameScalar(expected, candidate.actual)) throw mismatch(candidate, expected)
}

/** The error that says what was expected where. */
export function mismatch({ actual, exists, path }: Candidate, expected: unknown, what = 'expected'): Error {
  const got = exists ? show(actual) : 'nothing'
  return new Error(`At '${path}': ${what} ${show(expected)}, got ${got}`)
}

function matchDocument(expected: Record<string, unknown>, candidate: Candidate, entities: Entities): void {
  const { actual, path, isRoot } = candidate
  if (!isDocument(actual)) throw mismatch(candidate, expected)
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)
  for (const [name, value] of Object.entries(expected)) {
    // the driver does not send what is undefined
    const found = { actual: actual[name], exists: actual[name] !== undefined, path: at(name), isRoot: false }
    matchCandidate(value, found, entities)
  }
  if (isRoot) return
  const extra = Object.keys(actual).find((name) => !(name in expected) && actual[name] !== undefined)
  if (extra !== undefined) throw mismatch({ ...candidate, actual: actual[extra], path: at(extra) }, undefined)
}

function matchArray(expected: readonly unknown[], candidate: Candidate, entities: Entities): void {
  const { actual, path, isRoot } = candidate
  if (!Array.isArray(actual) || actual.length !== expected.length) throw mismatch(candidate, expected)
  for (const [i, value] of expected.entries()) {
    // the documents that an operation gives stand by themselves
    const found = { actual: actual[i] as unknown, exists: true, path: `${path}[${i}]`, isRoot: isRoot && path === '' }
    matchCandidate(value, found, entities)
  }
}

function isSameScalar(expected: unknown, actual: unknown): boolean {
  const number = toComparable(expected)
  // numbers are equal across their types: loosely, since 1n and 1 are not the same
  if (number !== undefined) return equalNumbers(number, toComparable(actual))
  if (expected === null || typeof expected !== 'object') return expected === actual
  return canonical(expected) === canonical(actual)
}

function equalNumbers(a: number | bigint, b: number | bigint | undefined): boolean {
  return b !== undefined && a <= b && a >= b
}

function canonical(value: unknown): string {
  return BSON.EJSON.stringify({ value }, { relaxed: false })
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : BSON.EJSON.stringify(value, { relaxed: true })
}
