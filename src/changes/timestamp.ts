import { Timestamp } from 'bson'
import { badUserInput } from '../errors.ts'

/** Extended JSON of a BSON timestamp: seconds since 1970, and an ordinal within the second. */
export interface TimestampEjson {
  readonly $timestamp: { readonly t: number; readonly i: number }
}

/** The Extended JSON of a timestamp. */
export function toTimestampEjson(value: Timestamp): TimestampEjson {
  return { $timestamp: { t: value.t, i: value.i } }
}

/**
 * Reads `{"$timestamp": {"t": …, "i": …}}`, `{"t": …, "i": …}`, or a string that holds either as JSON.
 *
 * @throws RelayError `BAD_USER_INPUT` for anything else
 */
export function fromTimestampInput(input: unknown): Timestamp {
  const value = typeof input === 'string' ? parse(input) : input
  const inner = isObject(value) && '$timestamp' in value ? value['$timestamp'] : value
  if (isObject(inner) && Object.keys(inner).length === 2 && isUint32(inner['t']) && isUint32(inner['i'])) {
    return new Timestamp({ t: inner['t'], i: inner['i'] })
  }
  throw badUserInput('Expected a timestamp such as {"$timestamp": {"t": 1700000000, "i": 1}}')
}

/** The timestamp just after `value`: the first one that an event after it can have. */
export function nextTimestamp(value: Timestamp): Timestamp {
  return new Timestamp(value.toBigInt() + 1n)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isUint32(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff
}
