import { nearest } from '../../src/util/nearest.ts'
import { CONSTRUCTORS } from './constructors.ts'
import { Mistake, toShown, type Span } from './mistake.ts'
import { MAX_KEY, MIN_KEY, toLiteral, toDouble, toNumber, toString } from './scalars.ts'
import { createScanner, type Token } from './scanner.ts'
import type { DocumentValue, Field, Scalar, Value } from './value.ts'
import { unwrap } from './wrappers.ts'

/** The longest text that is read, in characters. */
export const MAX_LENGTH = 50_000
/** How deep documents, arrays and calls may nest. */
export const MAX_DEPTH = 100

/** Longer names are like no other. */
const MAX_MISTYPED = 40

const LITERALS = ['null', 'true', 'false']

/** Names that are values, besides {@link LITERALS}. */
const NAMED: ReadonlyMap<string, Scalar | undefined> = new Map([
  ...LITERALS.map((name) => [name, toLiteral(name)] as const),
  ['NaN', toDouble('NaN')],
  ['MinKey', MIN_KEY],
  ['MaxKey', MAX_KEY],
])

const KNOWN_NAMES = [...NAMED.keys(), ...CONSTRUCTORS.keys(), 'Infinity']

/**
 * Reads a document in the syntax of MongoDB's shell, such as `{status: 'paid', at: {$gte: ISODate("2026-01-01")}}`;
 * the braces around all of it may be left out, and Extended JSON is read as well. Nothing is run: only the shell's
 * functions that make values are known.
 *
 * **Cost**: linear, up to {@link MAX_LENGTH}.
 *
 * @throws Mistake for the first thing that is wrong, and nothing else
 */
export function parseShellDocument(text: string): DocumentValue {
  if (text.length > MAX_LENGTH) {
    throw new Mistake(`Expected at most ${MAX_LENGTH} characters`, text, { start: MAX_LENGTH, end: text.length })
  }
  const scanner = createScanner(text)
  let token = scanner.next()

  const isBraced = token.kind === 'punctuation' && token.text === '{'
  const value = isBraced ? readBraced(1) : toDocument(readFields(0, isAtEnd), { start: 0, end: text.length })
  if (!isAtEnd()) throw unexpected(isBraced ? 'nothing after the document' : 'a comma')
  if (value.kind === 'document') return value
  throw unexpected('a document, such as {status: "paid"}', value.span)

  function advance(): Token {
    const taken = token
    token = scanner.next()
    return taken
  }

  function isAt(punctuation: string): boolean {
    return token.kind === 'punctuation' && token.text === punctuation
  }

  function take(punctuation: string, expected: string): Token {
    if (!isAt(punctuation)) throw unexpected(expected)
    return advance()
  }

  function mistake(message: string, span: Span): Mistake {
    return new Mistake(message, text, span)
  }

  function unexpected(expected: string, span: Span = token): Mistake {
    return mistake(`Expected ${expected}, got ${toShown(text, span)}`, span)
  }

  function checkDepth(depth: number): void {
    if (depth > MAX_DEPTH) throw mistake(`Nests deeper than ${MAX_DEPTH} levels`, token)
  }

  function isAtEnd(): boolean {
    return token.kind === 'end'
  }

  function readBraced(depth: number): Value {
    const { start } = take('{', 'a document')
    const fields = readFields(depth, () => isAt('}'))
    const { end } = take('}', '"," or "}"')
    return toDocument(fields, { start, end })
  }

  /** Reads up to what closes the document; a comma may stand at its end. */
  function readFields(depth: number, isClosed: () => boolean): Field[] {
    checkDepth(depth)
    const fields: Field[] = []
    const names = new Set<string>()
    while (!isClosed()) {
      const field = readField(depth)
      if (names.has(field.name)) throw unexpected('each name once', field.nameSpan)
      names.add(field.name)
      fields.push(field)
      if (!isAt(',')) break
      advance()
    }
    return fields
  }

  function readField(depth: number): Field {
    const isName =
      token.kind === 'name' || token.kind === 'string' || (token.kind === 'number' && /^\d+$/.test(token.text))
    if (!isName) throw unexpected('the name of a field')
    if (token.text.includes('\0')) throw unexpected('a name without a zero byte')
    const { text: name, start, end } = advance()
    take(':', token.kind === 'punctuation' || isAtEnd() ? 'a colon' : 'a colon; other names than words need quotes')
    return { name, nameSpan: { start, end }, value: readValue(depth) }
  }

  function toDocument(fields: readonly Field[], span: Span): Value {
    const unwrapped = unwrap(fields)
    if (!unwrapped) return { kind: 'document', span, fields }
    if ('scalar' in unwrapped) return { kind: 'scalar', span, scalar: unwrapped.scalar }
    throw unexpected(unwrapped.expects, unwrapped.at)
  }

  function readValue(depth: number): Value {
    if (isAt('{')) return readBraced(depth + 1)
    if (isAt('[')) return readArray(depth + 1)
    if (token.kind === 'name') return readName(depth)
    const scalar = toScalar()
    const { start, end } = advance()
    return { kind: 'scalar', span: { start, end }, scalar }
  }

  function toScalar(): Scalar {
    if (token.kind === 'string') return toString(token.text)
    if (token.kind !== 'number') throw unexpected('a value')
    // 15 to some, 17 to others
    if (/^[+-]?0[0-9]/.test(token.text)) throw unexpected('a number without a zero before it')
    const scalar = toNumber(token.text.replace(/^\+/, ''))
    return scalar ?? fail('a number that 64 bits can hold, or NumberDecimal("…")')
  }

  function fail(expected: string): never {
    throw unexpected(expected)
  }

  function readArray(depth: number): Value {
    checkDepth(depth)
    const { start } = take('[', 'an array')
    const items = readList(depth, ']')
    const { end } = take(']', '"," or "]"')
    return { kind: 'array', span: { start, end }, items }
  }

  function readList(depth: number, close: string): Value[] {
    const items: Value[] = []
    while (!isAt(close)) {
      items.push(readValue(depth))
      if (!isAt(',')) break
      advance()
    }
    return items
  }

  /** Reads a value that begins with a name: one of {@link NAMED}, or a call of one of {@link CONSTRUCTORS}. */
  function readName(depth: number): Value {
    const first = advance()
    const name = first.text === 'new' && token.kind === 'name' ? advance() : first
    if (isAt('(')) return readCall(name, first.start, depth + 1)
    const scalar = name === first ? NAMED.get(name.text) : undefined
    if (scalar) return { kind: 'scalar', span: name, scalar }
    throw unexpected(toExpected(name.text), { start: first.start, end: name.end })
  }

  function readCall(name: Token, start: number, depth: number): Value {
    checkDepth(depth)
    const constructor = CONSTRUCTORS.get(name.text)
    if (!constructor) {
      throw unexpected(`a value${whatElse(name.text, CONSTRUCTORS.keys(), '; functions are not run')}`, name)
    }
    take('(', 'a parenthesis')
    const values = readList(depth, ')')
    const { end } = take(')', '"," or ")"')
    const span = { start, end }
    const scalar = constructor.counts.includes(values.length) ? constructor.make(values[0], values[1]) : undefined
    if (!scalar) throw unexpected(constructor.expects, span)
    return { kind: 'scalar', span, scalar }
  }
}

function toExpected(name: string): string {
  if (name === 'undefined') return 'a value ({$exists: false} finds fields that are missing)'
  return CONSTRUCTORS.get(name)?.expects ?? `a value${whatElse(name, KNOWN_NAMES, ' (text needs quotes)')}`
}

/** What a mistyped name could be, or else a hint. */
function whatElse(name: string, known: Iterable<string>, hint: string): string {
  const near = name.length > MAX_MISTYPED ? undefined : nearest(name, known)
  return near === undefined ? hint : `, perhaps ${near}`
}
