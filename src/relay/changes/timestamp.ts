import { isDocument, isNumber, Timestamp, toNumber, type BsonValue } from '../../bson/values.ts'
import { badUserInput, RelayError } from '../../errors.ts'
import { readEjson } from './read-ejson.ts'

/** Extended JSON of a BSON timestamp: seconds since 1970, and an ordinal within the second. */
export interface TimestampEjson {
  readonly $timestamp: { readonly t: number; readonly i: number }
}

const EXAMPLE = '{"$timestamp": {"t": 1700000000, "i": 1}}'

/** The Extended JSON of a timestamp. */
export function toTimestampEjson(value: Timestamp): TimestampEjson {
  return { $timestamp: { t: value.t, i: value.i } }
}

/**
 * Reads `{"$timestamp": {"t": …, "i": …}}`, `{"t": …, "i": …}`, or a string that holds either as JSON.
 *
 * @param name what the value is, for messages
 * @throws RelayError `BAD_USER_INPUT` for anything else
 */
export function fromTimestampInput(input: unknown, name: string): Timestamp {
  const value = readValue(input, name)
  if (value instanceof Timestamp) return value
  const [t, i] = isDocument(value) && value.size === 2 ? [toUint32(value.get('t')), toUint32(value.get('i'))] : []
  if (t !== undefined && i !== undefined) return new Timestamp({ t, i })
  throw badUserInput(`${name} must be a timestamp such as ${EXAMPLE}`)
}

function readValue(input: unknown, name: string): BsonValue {
  try {
    return readEjson(input, name)
  } catch (error) {
    throw error instanceof RelayError ? badUserInput(`${error.message}; write a timestamp such as ${EXAMPLE}`) : error
  }
}

/** The timestamp just after `value`: the first one that an event after it can have. */
export function nextTimestamp(value: Timestamp): Timestamp {
  return new Timestamp(value.toBigInt() + 1n)
}

function toUint32(value: BsonValue | undefined): number | undefined {
  const number = isNumber(value) ? toNumber(value) : -1
  return Number.isInteger(number) && number >= 0 && number <= 0xffff_ffff ? number : undefined
}

/** The timestamp so many milliseconds before `value`, in whole seconds. */
export function earlier(value: Timestamp, ms: number): Timestamp {
  return ms === 0 ? value : new Timestamp({ t: Math.max(0, value.t - Math.ceil(ms / 1_000)), i: value.i })
}
