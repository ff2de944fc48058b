import { Binary } from 'mongodb'
import { bsonTypesOf, isDocument } from './bson-types.ts'
import type { Entities } from './entities.ts'
import { matchCandidate, mismatch, type Candidate } from './match.ts'

/** Checks a value. @throws Error when it does not match */
type Check = (candidate: Candidate, entities: Entities) => void

/** The special operators of schema 1.0 to 1.7, each made of its argument. */
const OPERATORS: Readonly<Record<string, (argument: unknown) => Check>> = {
  $$exists: (wanted) => (candidate) => {
    if (candidate.exists !== wanted) throw mismatch(candidate, wanted, '$$exists')
  },

  $$type: (wanted) => (candidate) => {
    const names: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted]
    const possible = candidate.exists ? bsonTypesOf(candidate.actual) : []
    if (!possible.some((name) => names.includes(name))) throw mismatch(candidate, wanted, '$$type')
  },

  $$unsetOrMatches: (wanted) => (candidate, entities) => {
    if (candidate.exists) matchCandidate(wanted, candidate, entities)
  },

  $$matchesEntity: (id) => (candidate, entities) => {
    matchCandidate(entities.get(String(id), 'value'), candidate, entities)
  },

  $$matchesHexBytes: (hex) => (candidate) => {
    const { actual } = candidate
    const bytes = actual instanceof Binary ? actual.buffer : actual instanceof Uint8Array ? actual : undefined
    if (!bytes || Buffer.from(bytes).toString('hex') !== String(hex).toLowerCase()) {
      throw mismatch(candidate, hex, '$$matchesHexBytes')
    }
  },

  $$sessionLsid: (id) => (candidate, entities) => {
    matchCandidate(entities.get(String(id), 'session').id, candidate, entities)
  },
}

/**
 * The check that a document with a special operator stands for; undefined for other values.
 * @throws Error for an operator that the runner does not know
 */
export function specialOperator(expected: unknown): Check | undefined {
  if (!isDocument(expected)) return undefined
  const [name] = Object.keys(expected)
  if (!name?.startsWith('$$')) return undefined
  const operator = OPERATORS[name]
  if (!operator) throw new Error(`The operator ${name} is not supported by this runner`)
  return operator(expected[name])
}
