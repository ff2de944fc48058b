import { WatchError } from '../watch-error.ts'

/** Deepest nesting that is written, as deep as MongoDB takes it. */
const MAX_DEPTH = 200
/** From here on JavaScript writes numbers with an exponent, and they are no integers to anyone. */
const EXPONENT_FROM = 1e21
const MAX_INT64 = 2n ** 63n - 1n
const MAX_BASE64_CHUNK = 0x8000

/**
 * Writes a filter, or another value for the relay, as Extended JSON text: dates, bigints, bytes and the values of
 * `bson` keep their type, and a `Map` the order of its fields whatever their names.
 *
 * @param name what the value is, which messages begin with
 * @throws WatchError `BAD_USER_INPUT` with the path of what has no meaning to MongoDB, such as `undefined`: left out,
 *   it would
 * change what the filter lets through
 */
export function writeEjson(value: unknown, name: string): string {
  return write(value, { path: name, above: [] })
}

interface Place {
  readonly path: string
  /** The objects that this one is in. */
  readonly above: readonly object[]
}

function write(value: unknown, place: Place): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value)
    case 'number':
      return writeNumber(value, place)
    case 'bigint':
      if (value > MAX_INT64 || value < -MAX_INT64 - 1n) throw refused('an integer of 64 bits', value, place)
      return JSON.stringify({ $numberLong: String(value) })
    case 'object':
      return value === null ? 'null' : writeObject(value, place)
    default:
      throw refused('a value that MongoDB has', value, place)
  }
}

function writeNumber(value: number, place: Place): string {
  if (!Number.isFinite(value)) throw refused('a finite number', value, place)
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < EXPONENT_FROM) {
    throw refused('an integer within ±2^53, or a bigint', value, place)
  }
  return String(value)
}

function writeObject(value: object, { path, above }: Place): string {
  const place = { path, above: [...above, value] }
  if (above.includes(value)) throw refused('a value without circles', 'one that is within itself', place)
  if (above.length >= MAX_DEPTH) throw refused(`at most ${MAX_DEPTH} levels`, 'more', place)
  const at = (key: string | number) => ({ ...place, path: `${path}.${key}` })
  // holes of a list are values to be refused
  if (Array.isArray(value)) return `[${Array.from(value, (item: unknown, n) => write(item, at(n))).join(',')}]`
  const known = fromKnown(value, place)
  if (known !== undefined) return write(known, place)
  const fields = fieldsOf(value, place).map(([key, field]) => `${JSON.stringify(key)}:${write(field, at(key))}`)
  return `{${fields.join(',')}}`
}

function fieldsOf(value: object, place: Place): readonly (readonly [string, unknown])[] {
  if (value instanceof Map) {
    const fields = [...(value as ReadonlyMap<unknown, unknown>)]
    return fields.map(([key, field]) => {
      if (typeof key !== 'string') throw refused('names that are strings', key, place)
      return [key, field]
    })
  }
  if (!isPlain(value)) throw refused('a value that MongoDB has', value, place)
  const [symbol] = Object.getOwnPropertySymbols(value)
  if (symbol) throw refused('names that are strings', symbol, place)
  return Object.entries(value)
}

/** What stands for an instance of a known class; `undefined` for others. */
function fromKnown(value: object, place: Place): unknown {
  // not by class: there are several of each where there are several realms, or copies of `bson`
  if (Object.prototype.toString.call(value) === '[object Date]') {
    const ms = (value as Date).getTime()
    if (Number.isNaN(ms)) throw refused('a date', 'an invalid one', place)
    return { $date: { $numberLong: String(ms) } }
  }
  if (value instanceof Uint8Array) return { $binary: { base64: toBase64(value), subType: '00' } }
  if (isPlain(value) || !('_bsontype' in value) || !('toExtendedJSON' in value)) return undefined
  return typeof value.toExtendedJSON === 'function' ? (value.toExtendedJSON() as unknown) : undefined
}

// those of another realm have another prototype
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += MAX_BASE64_CHUNK) {
    text += String.fromCharCode(...bytes.subarray(at, at + MAX_BASE64_CHUNK))
  }
  return btoa(text)
}

function refused(expected: string, got: unknown, { path }: Place): WatchError {
  const shown =
    typeof got === 'string' ? got : typeof got === 'object' && got !== null ? `a ${got.constructor.name}` : String(got)
  return new WatchError('BAD_USER_INPUT', `\`${path}\`: expected ${expected}, got ${shown}`, { resumeToken: undefined })
}
