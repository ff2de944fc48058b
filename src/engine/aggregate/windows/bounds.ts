import { compareValues } from '../../../bson/compare.ts'
import { Double, isDocument, isNumber, toNumber, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { dateAt, isDateValue } from '../../expressions/dates/instant.ts'
import { UTC } from '../../expressions/dates/timezone.ts'
import { addUnits, readUnit, type TimeUnit } from '../../expressions/dates/units.ts'
import { describe, typeNameOf } from '../../expressions/describe.ts'
import { wholeInt } from '../../expressions/numeric/integers.ts'
import { NumberSum } from '../../expressions/numeric/sum.ts'
import type { Partition } from './partition.ts'

/** The rows of a partition that a window covers: from one position up to, not including, another. */
export interface Rows {
  readonly from: number
  readonly to: number
}

/** Finds the window of each row of a partition. */
export interface Window {
  /** Whether the window grows from the first row on: what was gathered for one row then serves the next. */
  readonly growing: boolean
  /** Whether it is the whole partition for every row. */
  readonly whole: boolean
  rowsAt(partition: Partition, position: number): Rows
}

type Bound = number | 'unbounded' | 'current'

const WHOLE: Window = { growing: true, whole: true, rowsAt: ({ rows }) => ({ from: 0, to: rows.length }) }

/**
 * Compiles the `window` of an output field; none is the whole partition.
 * @throws CommandError FailedToParse, or 5339900 to 5339902 for windows that do not fit the order
 */
export function compileWindow(spec: BsonValue | undefined, sortBy: BsonDocument | undefined): Window {
  if (spec === undefined) return WHOLE
  if (!isDocument(spec)) throw failed(`'window' field must be an object, found ${typeNameOf(spec)}`)
  for (const name of spec.keys()) {
    if (!['documents', 'range', 'unit'].includes(name)) {
      throw failed(`'window' field can only contain 'documents', 'range' and 'unit', found '${name}'`)
    }
  }
  const [documents, range] = [spec.get('documents'), spec.get('range')]
  if (documents !== undefined && range !== undefined) {
    throw failed("Window bounds can specify either 'documents' or 'unit', not both.")
  }
  if (range !== undefined) return rangeWindow(range, spec.get('unit'), sortBy)
  if (spec.has('unit')) throw failed("'unit' can only be used with 'range'")
  return documents === undefined ? WHOLE : documentWindow(documents, sortBy)
}

function failed(message: string): CommandError {
  return new CommandError('FailedToParse', message)
}

function readBounds(value: BsonValue, whole: boolean): [Bound, Bound] {
  if (!Array.isArray(value) || value.length !== 2) {
    throw failed(`Window bounds must be a 2-element array: ${describe(value)}`)
  }
  // the length was checked
  const [lower, upper] = value.map((bound) => readBound(bound, whole)) as [Bound, Bound]
  const number = (bound: Bound, unbounded: number): number =>
    bound === 'unbounded' ? unbounded : bound === 'current' ? 0 : bound
  if (number(lower, -Infinity) > number(upper, Infinity)) {
    throw new CommandError(5339900, `Lower bound must not exceed upper bound: ${describe(value)}`)
  }
  return [lower, upper]
}

function readBound(bound: BsonValue, whole: boolean): Bound {
  if (bound === 'unbounded' || bound === 'current') return bound
  const number = isNumber(bound) ? (whole ? wholeInt(bound) : toNumber(bound)) : undefined
  if (number !== undefined) return number
  const what = whole ? 'a number (integer)' : 'a number'
  throw failed(`Window bounds must be 'unbounded', 'current', or ${what}: ${describe(bound)}`)
}

function documentWindow(spec: BsonValue, sortBy: BsonDocument | undefined): Window {
  const [lower, upper] = readBounds(spec, true)
  if (sortBy === undefined && (lower !== 'unbounded' || upper !== 'unbounded')) {
    throw new CommandError(5339901, 'Document-based bounds require a sortBy')
  }
  const at = (bound: Bound, position: number, unbounded: number): number =>
    bound === 'unbounded' ? unbounded : position + (bound === 'current' ? 0 : bound)
  return {
    growing: lower === 'unbounded',
    whole: lower === 'unbounded' && upper === 'unbounded',
    rowsAt: ({ rows }, position) => {
      const from = Math.max(0, at(lower, position, 0))
      const to = Math.min(rows.length, at(upper, position, rows.length) + (upper === 'unbounded' ? 0 : 1))
      return { from: Math.min(from, rows.length), to: Math.max(from, to) }
    },
  }
}

function rangeWindow(spec: BsonValue, unitSpec: BsonValue | undefined, sortBy: BsonDocument | undefined): Window {
  const [lower, upper] = readBounds(spec, false)
  const [direction] = sortBy?.values() ?? []
  if (sortBy?.size !== 1 || !isNumber(direction) || toNumber(direction) !== 1) {
    throw new CommandError(5339902, 'Range-based bounds require sortBy a single field')
  }
  const unit = typeof unitSpec === 'string' ? readUnit(unitSpec) : undefined
  return {
    growing: lower === 'unbounded',
    whole: false,
    rowsAt: (partition, position) => {
      const value = partition.sortValue(position)
      const low = lower === 'unbounded' ? undefined : shifted(value, lower, unit)
      const high = upper === 'unbounded' ? undefined : shifted(value, upper, unit)
      const size = partition.rows.length
      const from = low === undefined ? 0 : search(size, (i) => compareValues(partition.sortValue(i), low) >= 0)
      const to = high === undefined ? size : search(size, (i) => compareValues(partition.sortValue(i), high) > 0)
      return { from, to: Math.max(from, to) }
    },
  }
}

function shifted(value: BsonValue, bound: number | 'current', unit: TimeUnit | undefined): BsonValue {
  const by = bound === 'current' ? 0 : bound
  if (unit !== undefined) {
    if (isDateValue(value) && value instanceof Date) {
      return dateAt(addUnits(value.getTime(), unit, by, UTC), '$setWindowFields')
    }
    const text = `Invalid range: Expected the sortBy field to be a Date, but it was ${typeNameOf(value)}`
    throw new CommandError(5429513, text)
  }
  if (!isNumber(value)) {
    const text = `Invalid range: Expected the sortBy field to be a number, but it was ${typeNameOf(value)}`
    throw new CommandError(5429414, text)
  }
  const sum = new NumberSum()
  sum.add(value)
  sum.add(new Double(by))
  return sum.value()
}

/** The first position that holds, in a list where it holds for all that follow. */
function search(size: number, holds: (position: number) => boolean): number {
  let low = 0
  let high = size
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
