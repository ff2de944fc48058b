import { EjsonError, JsonNumber, type Json } from './json.ts'

/** How deep JSON may nest. Extended JSON takes up to three levels for a value that in BSON takes none. */
export const MAX_JSON_DEPTH = 210

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const LITERAL = /true|false|null/y
const LITERALS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null }

/**
 * Parses JSON and keeps what `JSON.parse` loses: objects are what `toObject` makes of their fields in order, and
 * numbers what `toNumber` makes of their text.
 *
 * **Cost**: linear; ten times that of `JSON.parse`. The recursion is bounded by {@link MAX_JSON_DEPTH}.
 *
 * @param toNumber default: {@link JsonNumber}
 * @param toObject default: a map, where a name that is there twice is refused
 * @throws EjsonError for what is not JSON, or nests too deep
 */
export function parseJson(
  text: string,
  toNumber: (text: string) => Json = (digits) => new JsonNumber(digits),
  toObject: (fields: readonly (readonly [string, Json])[]) => Json = toUniqueMap,
): Json {
  let at = 0

  const value = readValue(0)
  skipSpace()
  if (at < text.length) throw unexpected('the end of the text')
  return value

  function readValue(depth: number): Json {
    if (depth > MAX_JSON_DEPTH) throw new EjsonError(`nests deeper than ${MAX_JSON_DEPTH} levels`)
    skipSpace()
    switch (text[at]) {
      case '{':
        return readObject(depth + 1)
      case '[':
        return readArray(depth + 1)
      case '"':
        return readString()
      default:
        return readScalar()
    }
  }

  function readObject(depth: number): Json {
    const fields: (readonly [string, Json])[] = []
    at++
    skipSpace()
    if (take('}')) return toObject(fields)
    do {
      skipSpace()
      if (text[at] !== '"') throw unexpected('a name in double quotes')
      const name = readString()
      skipSpace()
      if (!take(':')) throw unexpected('a colon')
      fields.push([name, readValue(depth)])
      skipSpace()
    } while (take(','))
    if (!take('}')) throw unexpected('"," or "}"')
    return toObject(fields)
  }

  function readArray(depth: number): Json {
    const items: Json[] = []
    at++
    skipSpace()
    if (take(']')) return items
    do {
      items.push(readValue(depth))
      skipSpace()
    } while (take(','))
    if (!take(']')) throw unexpected('"," or "]"')
    return items
  }

  function readString(): string {
    const start = at
    const end = endOfString(text, start)
    if (end === -1) throw unexpected('the end of a string')
    at = end
    try {
      return JSON.parse(text.slice(start, at)) as string
    } catch {
      at = start
      throw unexpected('a string')
    }
  }

  function readScalar(): Json {
    const literal = match(LITERAL)
    // the expression matches its keys alone
    if (literal !== undefined) return LITERALS[literal] as boolean | null
    const digits = match(NUMBER)
    if (digits === undefined) throw unexpected('a value')
    return toNumber(digits)
  }

  function match(pattern: RegExp): string | undefined {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    at += found?.length ?? 0
    return found
  }

  function skipSpace(): void {
    match(SPACE)
  }

  function take(character: string): boolean {
    if (text[at] !== character) return false
    at++
    return true
  }

  function unexpected(expected: string): EjsonError {
    const found = at < text.length ? JSON.stringify(text.slice(at, at + 20)) : 'the end'
    return new EjsonError(`is not valid JSON: expected ${expected} at character ${at + 1}, got ${found}`)
  }
}

function toUniqueMap(fields: readonly (readonly [string, Json])[]): ReadonlyMap<string, Json> {
  const map = new Map(fields)
  if (map.size === fields.length) return map
  const [twice = ''] = fields.map(([name]) => name).filter((name, at, names) => names.indexOf(name) < at)
  throw new EjsonError(`has the name ${JSON.stringify(twice)} twice in one document`)
}

/** Just after the string whose quote is at `start`; -1 where it does not end. */
export function endOfString(text: string, start: number): number {
  let end = start
  do end = text.indexOf('"', end + 1)
  while (end !== -1 && isEscaped(text, end))
  return end === -1 ? -1 : end + 1
}

// an odd number of backslashes before it
function isEscaped(text: string, quote: number): boolean {
  let from = quote
  while (text[from - 1] === '\\') from--
  return (quote - from) % 2 === 1
}
