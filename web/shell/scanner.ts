import { Mistake, toShown, type Span } from './mistake.ts'

/** A piece of a text in the shell's syntax. */
export interface Token extends Span {
  readonly kind: 'punctuation' | 'string' | 'number' | 'name' | 'end'
  /** As it is written; of a string its content. */
  readonly text: string
}

const SPACE = /[\s\ufeff]*/y
const PUNCTUATION = /[{}[\](),:]/y
const NUMBER = /[+-]?(?:Infinity|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)/y
// names with dots, too: paths
const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\.[\p{ID_Continue}$]+)*/uy
const NAME_PART = /[\p{ID_Continue}$]/uy
const UNESCAPED = /[^"'\\\n\r]+/y
const ESCAPE = /\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([^ux0-9\n\r]|0(?![0-9])))/uy
const LONE_SURROGATE = /\p{Surrogate}/u

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', 0: '\0' }

const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/[\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb`]/y, 'straight quotes, " or \''],
  [/\/[/*]/y, 'no comments'],
  [/\//y, 'no regular expression: filters take none'],
  [/=+/y, 'a colon'],
  [/[<>]=?/y, 'an operator such as {$gt: 5}'],
]

/** Gives the tokens of a text, one by one. */
export interface Scanner {
  /**
   * The next token; again and again `end` at the end.
   *
   * @throws Mistake for what begins no token, and for a string that does not end
   */
  next(): Token
}

/** Reads a text from its beginning. **Cost**: linear. */
export function createScanner(text: string): Scanner {
  let at = 0

  function match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    at = found ? pattern.lastIndex : at
    return found
  }

  function fail(expected: string, start: number, end = start + 1): never {
    // a pair of surrogates is one character
    const whole = end === start + 1 ? start + (String.fromCodePoint(text.codePointAt(start) ?? 0).length || 1) : end
    throw new Mistake(`Expected ${expected}, got ${toShown(text, { start, end: whole })}`, text, { start, end: whole })
  }

  function toToken(kind: Token['kind'], start: number, content = text.slice(start, at)): Token {
    return { kind, text: content, start, end: at }
  }

  function readString(quote: string): Token {
    const start = at++
    let content = ''
    while (text[at] !== quote) {
      const escapeStart = at
      const plain = match(UNESCAPED)
      if (plain) content += plain[0]
      else if (text[at] === '"' || text[at] === "'") content += text[at++]
      else if (text[at] === '\\') content += readEscape(escapeStart)
      else throw new Mistake(`Expected ${quote} at the end of the string`, text, { start, end: at })
    }
    at++
    if (LONE_SURROGATE.test(content)) fail('text, and no half of a surrogate pair', start, at)
    return toToken('string', start, content)
  }

  function readEscape(start: number): string {
    const found = match(ESCAPE)
    const [, long, four, two, one] = found ?? []
    const code = parseInt(long ?? four ?? two ?? '', 16)
    if (one !== undefined) return ESCAPED[one] ?? one
    if (found && code <= 0x10_ffff) return String.fromCodePoint(code)
    return fail('an escape such as \\n, \\" or \\u00e9', start, start + 2)
  }

  return {
    next() {
      match(SPACE)
      const start = at
      if (at >= text.length) return toToken('end', start)
      const character = text[at] as string
      if (character === '"' || character === "'") return readString(character)
      if (match(PUNCTUATION)) return toToken('punctuation', start)
      if (match(NUMBER)) {
        if (match(NAME_PART)) fail('a number', start, at)
        return toToken('number', start)
      }
      if (match(NAME)) return toToken('name', start)
      for (const [pattern, hint] of HINTS) if (match(pattern)) fail(hint, start)
      return fail('a name or a value (names that are no words need quotes)', start)
    },
  }
}
