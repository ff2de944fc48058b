import { EJSON } from 'bson'
import { badUserInput } from '../errors.ts'

/** Deepest nesting taken from a caller; as deep as MongoDB lets documents nest. Deeper input could exhaust the stack. */
const MAX_DEPTH = 100

/**
 * Reads Extended JSON as a client sent it: parsed JSON values, or a string that holds Extended JSON text. Integers become
 * Int32 or Long, other numbers Double, so that what is written is what was meant.
 *
 * @param name what the value is, for messages
 * @throws RelayError `BAD_USER_INPUT` when it is not Extended JSON, holds a date that there is not, or nests deeper than 100
 */
export function fromEjson(input: unknown, name: string): unknown {
  const value = typeof input === 'string' ? parseText(input, name) : input
  requireShallow(value, name)
  const result = parseEjson(value, name)
  requireDates(result, name)
  return result
}

/**
 * {@link fromEjson} for a value that must be a document.
 *
 * @throws RelayError `BAD_USER_INPUT` when it is anything else
 */
export function fromEjsonDocument(input: unknown, name: string): Record<string, unknown> {
  const value = fromEjson(input, name)
  if (isPlainDocument(value)) return value
  throw badUserInput(`${name} must be a document, such as {"a": 1}`)
}

/** Whether a decoded value is a document, as opposed to a scalar of a BSON class, a date or an array. */
export function isPlainDocument(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function parseEjson(value: unknown, name: string): unknown {
  try {
    return EJSON.parse(JSON.stringify(value), { relaxed: false })
  } catch (cause) {
    throw badUserInput(`${name} is not valid Extended JSON: ${messageOf(cause)}`)
  }
}

function parseText(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw badUserInput(`${name} is a string that does not hold valid JSON`)
  }
}

// a loop, not a recursion: this is what guards the recursions
function requireShallow(root: unknown, name: string): void {
  let level: unknown[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw badUserInput(`${name} nests deeper than ${MAX_DEPTH} levels`)
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []))
  }
}

// bson takes any text for a date, and MongoDB would get 1970
function requireDates(value: unknown, name: string): void {
  if (value instanceof Date && Number.isNaN(value.getTime())) {
    throw badUserInput(`${name} holds a \`$date\` that is not a date; write {"$date": "2026-01-31T12:00:00Z"}`)
  }
  if (!Array.isArray(value) && !isPlainDocument(value)) return
  for (const item of Object.values(value)) requireDates(item, name)
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
