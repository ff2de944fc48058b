import { fieldsOf, JsonNumber } from '../../src/bson/ejson/json.ts'

/** A piece of JSON text with what it is, for colouring. */
export interface Token {
  readonly kind: 'key' | 'string' | 'number' | 'literal' | 'punctuation'
  readonly text: string
}

/** A JSON value that is not an object or an array, as one token. A missing value is shown as null. */
export function toScalarToken(value: unknown): Token {
  if (typeof value === 'string') return { kind: 'string', text: JSON.stringify(value) }
  if (typeof value === 'number') return { kind: 'number', text: String(value) }
  if (value instanceof JsonNumber) return { kind: 'number', text: value.text }
  return { kind: 'literal', text: String(value ?? null) }
}

/** Whether a value has children: an object or an array. */
export function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof JsonNumber)
}

/** The fields of an object, in their order. */
export function toFields(object: object): readonly (readonly [string, unknown])[] {
  return fieldsOf(object) ?? []
}

class TooLong extends Error {}

/**
 * Gives a value's JSON on one line, in the style of `{ "a": 1 }`, or null when that takes more than `maxChars`.
 *
 * Own keys only, each by its own name: `__proto__` and `constructor` are keys like any other. Cost: the number
 * of keys on the way and at most `maxChars`; the depth of the recursion is bounded by `maxChars` as well.
 */
export function toInlineTokens(value: unknown, maxChars: number): Token[] | null {
  const tokens: Token[] = []
  let room = maxChars

  function push(kind: Token['kind'], text: string): void {
    room -= text.length
    if (room < 0) throw new TooLong()
    tokens.push({ kind, text })
  }

  function write(current: unknown): void {
    // JSON.stringify of a huge string would cost its whole length
    if (typeof current === 'string' && current.length > room) throw new TooLong()
    if (!isContainer(current)) {
      const { kind, text } = toScalarToken(current)
      push(kind, text)
    } else if (Array.isArray(current)) writeArray(current)
    else writeObject(current)
  }

  function writeArray(items: readonly unknown[]): void {
    push('punctuation', '[')
    items.forEach((item, index) => {
      if (index > 0) push('punctuation', ', ')
      write(item)
    })
    push('punctuation', ']')
  }

  function writeObject(object: object): void {
    let first = true
    for (const [key, child] of toFields(object)) {
      push('punctuation', first ? '{ ' : ', ')
      first = false
      if (key.length > room) throw new TooLong()
      push('key', JSON.stringify(key))
      push('punctuation', ': ')
      write(child)
    }
    push('punctuation', first ? '{}' : ' }')
  }

  try {
    write(value)
    return tokens
  } catch (error) {
    if (error instanceof TooLong) return null
    throw error
  }
}
