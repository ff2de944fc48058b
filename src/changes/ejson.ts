import type { Double, Long, ObjectId } from 'bson'
import { BSONRegExp, EJSON } from 'bson'
import { bsonClassOf } from './bson-type.ts'
import { DbPointer, FarDate } from './rare-values.ts'

/** How {@link toEjson} writes values. @see https://github.com/mongodb/specifications/blob/master/source/extended-json/extended-json.md */
export type EjsonFormat = 'RELAXED' | 'CANONICAL'

/** Milliseconds from which on ISO 8601 needs more than four digits for the year. */
export const YEAR_10000 = 253_402_300_800_000

/**
 * Turns a decoded BSON value into plain JSON values in Extended JSON v2, ready for `JSON.stringify`.
 *
 * Numbers of the relaxed form are plain only where a JSON number holds them exactly; other than `bson`'s own writer, a
 * 64-bit integer beyond 2^53 and the double -0 stay objects instead of losing digits or the sign. Own keys such as
 * `__proto__` stay keys.
 *
 * Cost: one pass over the value. Recursion is as deep as the document, which servers limit to about 200.
 */
export function toEjson(value: unknown, format: EjsonFormat): unknown {
  const relaxed = format === 'RELAXED'
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'undefined':
      return { $undefined: true }
    case 'number':
      return doubleToEjson(value, relaxed)
    case 'bigint':
      return longToEjson(value, relaxed)
    default:
      break
  }
  if (value === null) return null
  if (Array.isArray(value)) return value.map((item) => toEjson(item, format))
  if (value instanceof Date) return dateToEjson(value, relaxed)
  if (value instanceof DbPointer) return { $dbPointer: { $ref: value.ref, $id: toEjson(value.id, format) } }
  if (value instanceof RegExp) return leafToEjson(new BSONRegExp(value.source, value.flags))
  // typeof leaves objects only, symbols and functions never come out of a BSON decoder
  return objectToEjson(value as Record<string, unknown>, format)
}

function objectToEjson(value: Record<string, unknown>, format: EjsonFormat): unknown {
  const relaxed = format === 'RELAXED'
  switch (bsonClassOf(value)) {
    case undefined:
      return documentToEjson(value, format)
    case 'ObjectId':
      // the class says so, as in the casts below
      return { $oid: (value as unknown as ObjectId).toHexString() }
    case 'Int32':
      return relaxed ? Number(value) : { $numberInt: String(value) }
    case 'Double':
      return doubleToEjson((value as unknown as Double).value, relaxed)
    case 'Long':
      return longToEjson((value as unknown as Long).toBigInt(), relaxed)
    case 'Code':
      return value['scope'] === null || value['scope'] === undefined
        ? { $code: value['code'] }
        : { $code: value['code'], $scope: toEjson(value['scope'], format) }
    case 'DBRef':
      return dbRefToEjson(value, format)
    default:
      return leafToEjson(value)
  }
}

function documentToEjson(document: Record<string, unknown>, format: EjsonFormat): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const key of Object.keys(document)) {
    const value = toEjson(document[key], format)
    // assigning to this one key would set the prototype
    if (key === '__proto__')
      Object.defineProperty(out, key, { value, enumerable: true, writable: true, configurable: true })
    else out[key] = value
  }
  return out
}

function dbRefToEjson(ref: Record<string, unknown>, format: EjsonFormat): unknown {
  const fields = toEjson(ref['fields'] ?? {}, format)
  return {
    $ref: ref['collection'],
    $id: toEjson(ref['oid'], format),
    ...(ref['db'] ? { $db: ref['db'] } : {}),
    ...(fields as object),
  }
}

function doubleToEjson(value: number, relaxed: boolean): unknown {
  if (Object.is(value, -0)) return { $numberDouble: '-0.0' }
  if (relaxed && Number.isFinite(value)) return value
  return { $numberDouble: Number.isInteger(value) ? value.toFixed(1) : String(value) }
}

function longToEjson(value: bigint, relaxed: boolean): unknown {
  const number = Number(value)
  return relaxed && Number.isSafeInteger(number) ? number : { $numberLong: value.toString() }
}

function dateToEjson(date: Date, relaxed: boolean): unknown {
  const ms = date.getTime()
  if (date instanceof FarDate) return { $date: { $numberLong: date.ms.toString() } }
  if (!relaxed || !(ms >= 0 && ms < YEAR_10000)) return { $date: { $numberLong: String(ms) } }
  return { $date: toIsoText(ms) }
}

/** ISO 8601 of a time up to {@link YEAR_10000}, with milliseconds where there are any. */
export function toIsoText(ms: number): string {
  const iso = new Date(ms).toISOString()
  return iso.endsWith('.000Z') ? `${iso.slice(0, -5)}Z` : iso
}

// Decimal128, Binary, Timestamp, regular expression, symbol, min and max key: one form in both formats
function leafToEjson(value: object): unknown {
  return EJSON.serialize(value, { relaxed: false })
}
