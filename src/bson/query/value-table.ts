import { compareValues } from '../compare.ts'
import { toKey } from '../key.ts'
import { asDouble } from '../numbers/numbers.ts'
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  CodeWithScope,
  DbPointer,
  isDocument,
  isNumber,
  type BsonValue,
} from '../values.ts'
import { countWork } from '../work-budget.ts'

/** Many values, to find which of them another one equals. */
export interface ValueTable {
  /** How many different values there are. */
  readonly size: number
  /**
   * The number, below `size`, of the value that is equal; -1 where there is none. **Cost**: grows with the logarithm of
   * `size`, and with the values in the table rather than with the one that is looked for.
   */
  find(value: BsonValue): number
}

/** Values of one kind: their order, and how a value of a document is compared with them. */
interface Column<T> {
  readonly items: ArrayLike<T>
  readonly compare: (a: T, b: T) => number
}

/**
 * Makes a table. **Cost**: sorts the values once. Holds numbers as doubles, and strings and what has a short key as
 * they are, so that the table takes hardly more memory than the values' text.
 */
export function createValueTable(values: readonly BsonValue[]): ValueTable {
  const doubles = new Set<number>()
  const strings = new Set<string>()
  const keys = new Set<string>()
  const others: BsonValue[] = []
  for (const value of values) {
    const double = doubleOf(value)
    const text = textOf(value)
    if (double !== undefined) doubles.add(double)
    else if (text !== undefined) strings.add(text)
    else if (isLarge(value)) others.push(value)
    else keys.add(toKey(value))
  }
  const columns = {
    doubles: { items: Float64Array.from(doubles).sort(), compare: ascending },
    strings: { items: [...strings].sort(byLength), compare: byLength },
    keys: { items: [...keys].sort(byLength), compare: byLength },
    others: { items: distinct(others.sort(compareValues)), compare: compareValues },
  }
  const stringsAt = columns.doubles.items.length
  const keysAt = stringsAt + columns.strings.items.length
  const othersAt = keysAt + columns.keys.items.length

  return {
    size: othersAt + columns.others.items.length,
    find(value) {
      const double = doubleOf(value)
      if (double !== undefined) return indexIn(columns.doubles, double, 0)
      const text = textOf(value)
      if (text !== undefined) return indexIn(columns.strings, text, stringsAt)
      if (isLarge(value)) return indexIn(columns.others, value, othersAt)
      return columns.keys.items.length === 0 ? -1 : indexIn(columns.keys, toKey(value), keysAt)
    },
  }
}

// NaN is in no order, and gets a key
function doubleOf(value: BsonValue): number | undefined {
  const double = isNumber(value) ? asDouble(value) : undefined
  return double === undefined || Number.isNaN(double) ? undefined : double
}

function textOf(value: BsonValue): string | undefined {
  if (typeof value === 'string') return value
  return value instanceof BSONSymbol ? value.value : undefined
}

/** Whether its key would be as long as the value, which may be of any length. */
function isLarge(value: BsonValue): boolean {
  return (
    isDocument(value) ||
    Array.isArray(value) ||
    value instanceof Binary ||
    value instanceof BSONRegExp ||
    value instanceof Code ||
    value instanceof CodeWithScope ||
    value instanceof DbPointer
  )
}

// infinities have no difference
function ascending(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** An order that looks into strings of one length alone. */
function byLength(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length
  countWork(a.length >> 8)
  return a < b ? -1 : a > b ? 1 : 0
}

function distinct(sorted: readonly BsonValue[]): BsonValue[] {
  return sorted.filter((value, i) => i === 0 || compareValues(value, sorted[i - 1] as BsonValue) !== 0)
}

function indexIn<T>({ items, compare }: Column<T>, value: T, offset: number): number {
  let low = 0
  let high = items.length - 1
  while (low <= high) {
    countWork()
    const middle = (low + high) >> 1
    const order = compare(items[middle] as T, value)
    if (order === 0) return offset + middle
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return -1
}
