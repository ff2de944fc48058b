import { Int32, isNumber, toNumber, typeName, WideDate, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { parsePath, valuesAt } from '../../bson/query/path.ts'
import { cannot } from './kind.ts'

/** The longest time that an index may keep documents, in seconds. */
const MAX_SECONDS = 0x7fff_ffff

/**
 * Reads `expireAfterSeconds`, whole seconds.
 * @param fail makes the error of a value that cannot be: creating and changing an index have different ones
 */
export function readExpiry(value: BsonValue, fail: (message: string) => Error = cannot): Int32 {
  if (!isNumber(value)) {
    throw fail(`TTL index 'expireAfterSeconds' option must be numeric, but received a type of '${typeName(value)}'`)
  }
  const seconds = Math.trunc(toNumber(value))
  if (seconds < 0) throw fail("TTL index 'expireAfterSeconds' option cannot be less than 0")
  if (seconds <= MAX_SECONDS) return new Int32(seconds)
  // not a number counts as 0
  if (Number.isNaN(seconds)) return new Int32(0)
  throw fail("TTL index 'expireAfterSeconds' option must be within an acceptable range, try a lower number")
}

/** Whether a document's time is over: when the earliest date in the field is this old. Never without a date. */
export function isExpired(document: BsonDocument, field: string, latestMs: number): boolean {
  return valuesAt(document, parsePath(field), 'elements').some((value) => {
    if (value instanceof Date) return value.getTime() <= latestMs
    return value instanceof WideDate && value.ms <= BigInt(Math.floor(latestMs))
  })
}
