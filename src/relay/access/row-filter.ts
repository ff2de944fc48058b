import { fieldsOf } from '../../bson/ejson/json.ts'
import { toRecord } from '../../bson/ejson/ordinary-json.ts'
import { valueToEjsonText } from '../../bson/ejson/to-ejson-text.ts'
import type { BsonDocument } from '../../bson/values.ts'
import { withinSteps } from '../../bson/work-budget.ts'
import { readEjsonDocument } from '../changes/read-ejson.ts'
import { compileWhere, type DocumentTest } from '../changes/where.ts'
import { badUserInput, ignoreError } from '../../errors.ts'
import { claimAt, type Claims, type ClaimScalar } from '../auth/claims.ts'
import type { Rule } from './rules/rule.ts'

/** A rule's `where` with a caller's claims filled in. */
export interface RowFilter {
  /** Equal for filters that let the same documents through. */
  readonly key: string
  /** Its work is the operator's: charged to no caller, and never ended, because half a test lets nothing be known. */
  readonly test: DocumentTest
}

type Where = NonNullable<Rule['where']>

/** Gives a claim's value; `undefined` when there is none that can be used. */
type ClaimOf = (path: string, key: string) => ClaimScalar | readonly ClaimScalar[] | undefined

/** Thrown and caught in this file. */
const DENIED = new Error('A claim cannot be filled in')

const REFERENCE = '$claims.'

/** Operators that take a list: only there a claim that is a list says the same as what it looks like. */
const LIST_OPERATORS = new Set(['$in', '$nin', '$all'])

/** Stands for a claim where a filter is checked without a caller, by the key of what it is the value of. */
const SAMPLES: Readonly<Record<string, ClaimScalar>> = {
  $date: '2026-01-31T12:00:00Z',
  $uuid: '00000000-0000-4000-8000-000000000000',
  $size: 0,
  $type: 'string',
}

/** A sample that is also an ObjectId and a number. */
const SAMPLE = '0'.repeat(24)

/**
 * Fills a caller's claims into a filter. They are data: whatever a claim holds, it is compared and never becomes an
 * operator. `undefined`, and so nothing is visible, when a claim is missing, is a list outside of `$in`, `$nin` and
 * `$all`, is neither a scalar nor a list of scalars, or cannot be what the filter needs, such as an ObjectId.
 *
 * Cost: once per caller.
 */
export function toRowFilter(where: Where, claims: Claims): RowFilter | undefined {
  try {
    const filter = read(fill(where, '', (path) => claimAt(claims, path)))
    return { key: valueToEjsonText(filter, 'CANONICAL'), test: compile(filter) }
  } catch (error) {
    ignoreError('the caller learns that it is not visible, and nothing of why')(error)
    return undefined
  }
}

/**
 * Checks a filter without a caller.
 *
 * @throws RelayError `BAD_USER_INPUT` with what is wrong about it
 */
export function checkWhere(where: Where): void {
  const fields = fieldsOf(where)
  if (!fields) throw badUserInput('It must be a document, such as {"tenant": "$claims.tenant"}')
  if (fields.length === 0) throw badUserInput('It is empty: leave it out to let all documents through')
  compile(read(fill(where, '', (_path, key) => (Object.hasOwn(SAMPLES, key) ? SAMPLES[key] : SAMPLE))))
}

/** The claims, by name or path, that are filled into a filter which was checked. */
export function claimsNamedIn(where: Where): readonly string[] {
  const paths: string[] = []
  fill(where, '', (path) => {
    paths.push(path)
    return SAMPLE
  })
  return paths
}

function read(filled: unknown): BsonDocument {
  return readEjsonDocument(filled, '`where`')
}

function compile(filter: BsonDocument): DocumentTest {
  const matches = compileWhere(filter)
  return (document) => withinSteps(Infinity, () => matches(document))
}

/** @param key what `value` is the value of, or an element of */
function fill(value: unknown, key: string, claimOf: ClaimOf): unknown {
  if (typeof value === 'string') return isReference(value) ? fillOne(value, key, claimOf) : value
  if (Array.isArray(value)) return value.flatMap((item: unknown) => fillItem(item, key, claimOf))
  const fields = fieldsOf(value)
  // what is no JSON is refused when it is read
  return fields ? toRecord(fields.map(([name, item]) => [name, fill(item, name, claimOf)])) : value
}

function fillOne(reference: string, key: string, claimOf: ClaimOf): unknown {
  const claim = claimOf(reference.slice(REFERENCE.length), key)
  if (claim === undefined) throw DENIED
  if (LIST_OPERATORS.has(key)) return [claim].flat()
  if (typeof claim === 'object') throw DENIED
  return claim
}

// in a list, a claim that is a list is more of its elements
function fillItem(item: unknown, key: string, claimOf: ClaimOf): unknown[] {
  const isList = LIST_OPERATORS.has(key) && typeof item === 'string' && isReference(item)
  return isList ? [fillOne(item, key, claimOf)].flat() : [fill(item, LIST_OPERATORS.has(key) ? '' : key, claimOf)]
}

function isReference(text: string): boolean {
  if (text.startsWith(REFERENCE) && text.length > REFERENCE.length) return true
  if (text.startsWith('$claim')) throw badUserInput(`${JSON.stringify(text)} names no claim; write "$claims.name"`)
  return false
}
