import { CLASS_ESCAPES, ESCAPES, POSIX_CLASSES } from './classes.ts'

/** A regular expression as `new RegExp` takes it. */
export interface Translation {
  readonly source: string
  readonly flags: string
}

/**
 * Translates Perl's regular expression syntax to JavaScript's.
 * @throws Error naming what is not valid or not supported
 */
export function translate(pattern: string, options: ReadonlySet<string>): Translation {
  const translator = new Translator(pattern, {
    i: options.has('i'),
    m: options.has('m'),
    s: options.has('s'),
    x: options.has('x'),
  })
  const source = translator.run()
  return { source, flags: translator.ignoreCase ? 'iu' : 'u' }
}

/** The options in force at one place of the pattern. */
interface Modes {
  readonly i: boolean
  readonly m: boolean
  readonly s: boolean
  readonly x: boolean
}

class Translator {
  /** whether the whole pattern ignores case; parts of it that alone do are spelled out */
  ignoreCase: boolean
  readonly #pattern: string
  #at = 0
  #modes: Modes
  readonly #outer: Modes[] = []
  #groups = 0
  /** group numbers as the pattern counts them → as the translation does, which adds some */
  readonly #numbers: number[] = [0]

  constructor(pattern: string, modes: Modes) {
    this.#pattern = pattern
    this.#modes = modes
    this.ignoreCase = modes.i
  }

  run(): string {
    let source = ''
    while (this.#at < this.#pattern.length) source += this.#next(source === '')
    if (this.#outer.length > 0) throw new Error('missing closing parenthesis')
    return source
  }

  #take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at
    const match = expression.exec(this.#pattern)
    if (match) this.#at += match[0].length
    return match
  }

  #next(atStart: boolean): string {
    if (this.#modes.x && this.#take(/(?:\s|#[^\n]*)+/y)) return ''
    const char = String.fromCodePoint(this.#pattern.codePointAt(this.#at) as number)
    this.#at += char.length
    switch (char) {
      case '\\':
        return this.#escape()
      case '[':
        return this.#bracket()
      case '(':
        return this.#open(atStart)
      case ')':
        return this.#close()
      case '.':
        return this.#modes.s ? '[\\s\\S]' : '[^\\n]'
      case '^':
        return this.#modes.m ? '(?<![^\\n])' : '^'
      case '$':
        return this.#modes.m ? '(?![^\\n])' : '(?=\\n?(?![\\s\\S]))'
      case '{':
        return this.#braces()
      case '*':
      case '+':
      case '?':
        return this.#quantifier(char)
      case '|':
        return char
      default:
        return this.#literal(char)
    }
  }

  #quantifier(text: string): string {
    // possessive: taken as greedy, which matches the same texts except those where giving back would be needed
    if (this.#take(/\+/y)) return text
    return this.#take(/\?/y) ? `${text}?` : text
  }

  #braces(): string {
    const counts = this.#take(/(\d+)(,\d*)?\}/y)
    return counts ? this.#quantifier(`{${counts[0]}`) : '\\{'
  }

  #literal(char: string): string {
    if (this.#modes.i && !this.ignoreCase && char.toLowerCase() !== char.toUpperCase()) {
      return `[${char.toLowerCase()}${char.toUpperCase()}]`
    }
    return /[\]}/]/.test(char) ? `\\${char}` : char
  }

  #escape(): string {
    const quoted = this.#take(/Q([\s\S]*?)(?:\\E|$)/y)
    if (quoted) return [...(quoted[1] ?? '')].map((char) => this.#quote(char)).join('')
    if (this.#take(/E/y)) return ''
    const reference = this.#take(/([1-9]\d*)|g\{?(-?\d+)\}?/y)
    if (reference) return this.#reference(Number(reference[1] ?? reference[2]))
    const name = this.#take(/k(?:<(\w+)>|'(\w+)'|\{(\w+)\})/y)
    if (name) return `\\k<${name[1] ?? name[2] ?? name[3]}>`
    return this.#character(ESCAPES)
  }

  #reference(number: number): string {
    const own = number < 0 ? this.#numbers.length + number : number
    const translated = this.#numbers[own]
    if (translated === undefined) throw new Error('reference to non-existent subpattern')
    return `(?:\\${translated})`
  }

  #quote(char: string): string {
    return /[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : this.#literal(char)
  }

  /** An escape that stands for a character or a kind of character. */
  #character(kinds: ReadonlyMap<string, string>): string {
    const hex = this.#take(/x\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{0,2})/y)
    if (hex) return `\\u{${hex[1] ?? (hex[2] || '0')}}`
    const octal = this.#take(/0[0-7]{0,2}|o\{([0-7]+)\}/y)
    if (octal) return `\\u{${parseInt(octal[1] ?? octal[0], 8).toString(16)}}`
    const property = this.#take(/([pP])(?:\{(\^?)(\w+)\}|([LMNPSZC]))/y)
    if (property) return this.#property(property)
    const control = this.#take(/c([A-Za-z])/y)
    if (control) return `\\c${control[1]}`
    const char = this.#take(/[\s\S]/uy)?.[0]
    if (char === undefined) throw new Error('\\ at end of pattern')
    const known = kinds.get(char)
    if (known !== undefined) return known
    if (/[A-Za-z]/.test(char)) throw new Error(`unrecognized character follows \\: ${char}`)
    return /[\\^$.*+?()[\]{}|/-]/.test(char) && (char !== '-' || kinds === CLASS_ESCAPES) ? `\\${char}` : char
  }

  #property([, kind, not, name = '', short]: RegExpExecArray): string {
    const inverted = not === '^' ? (kind === 'p' ? 'P' : 'p') : kind
    const value = short ?? name
    if (value === 'Any') return '\\p{Any}'
    return value.length <= 2 ? `\\${inverted}{${value}}` : `\\${inverted}{Script=${value}}`
  }

  #bracket(): string {
    let body = this.#take(/\^/y) ? '[^' : '['
    if (this.#take(/\]/y)) body += '\\]'
    while (!this.#take(/\]/y)) {
      if (this.#at >= this.#pattern.length) throw new Error('missing terminating ] for character class')
      body += this.#member()
    }
    return `${body}]`
  }

  #member(): string {
    const posix = this.#take(/\[:(\^?)(\w+):\]/y)
    if (posix) {
      const members = POSIX_CLASSES.get(posix[2] ?? '')
      if (members === undefined || posix[1]) throw new Error('unknown POSIX class name')
      return members
    }
    if (this.#take(/\\/y)) return this.#character(CLASS_ESCAPES)
    const char = this.#take(/[\s\S]/uy)?.[0] ?? ''
    if (this.#modes.i && !this.ignoreCase) {
      const range = this.#take(/-([a-zA-Z])/y)
      if (range) return bothCases(char, range[1] ?? char)
      if (char.toLowerCase() !== char.toUpperCase()) return char.toLowerCase() + char.toUpperCase()
    }
    return char === '[' ? '\\[' : char
  }

  #open(atStart: boolean): string {
    if (this.#take(/\?#[^)]*\)/y)) return ''
    const flags = this.#take(/\?([imsxUnJ]*)(?:-([imsxUnJ]+))?([:)])/y)
    if (flags) return this.#inlineFlags(flags, atStart)
    this.#outer.push(this.#modes)
    const name = this.#take(/\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/y)
    if (name) return `${this.#capture()}?<${name[1] ?? name[2]}>`
    const look = this.#take(/\?(?:[:=!]|<[=!])/y)
    if (look) return `(${look[0]}`
    // atomic: taken as a plain group, as possessive quantifiers are as greedy ones
    if (this.#take(/\?>/y)) return '(?:'
    const named = this.#take(/\?P=(\w+)\)/y)
    if (named) {
      this.#outer.pop()
      return `\\k<${named[1]}>`
    }
    if (this.#take(/[?*]/y)) throw new Error('unrecognized or unsupported group')
    return this.#capture()
  }

  #capture(): string {
    this.#numbers.push(++this.#groups)
    return '('
  }

  #inlineFlags([, on = '', off = '', end]: RegExpExecArray, atStart: boolean): string {
    const before = this.#modes
    const mode = (name: keyof Modes): boolean => !off.includes(name) && (on.includes(name) || before[name])
    const modes = { i: mode('i'), m: mode('m'), s: mode('s'), x: mode('x') }
    if (this.ignoreCase && !modes.i) throw new Error('switching case sensitivity back on is not supported')
    if (end === ':') this.#outer.push(before)
    // for the whole pattern the flag is faster than spelling out both cases
    else if (atStart && this.#outer.length === 0) this.ignoreCase ||= modes.i
    this.#modes = modes
    return end === ':' ? '(?:' : ''
  }

  #close(): string {
    const modes = this.#outer.pop()
    if (!modes) throw new Error('unmatched closing parenthesis')
    this.#modes = modes
    return ')'
  }
}

function bothCases(from: string, to: string): string {
  const isLetters = /^[a-z]$/i.test(from) && /^[a-z]$/i.test(to)
  const plain = `${from}-${to}`
  return isLetters ? `${plain.toLowerCase()}${plain.toUpperCase()}` : plain
}
