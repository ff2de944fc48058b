const CLASS = String.raw`\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]`
/** What the option `x` ignores, and what it leaves as it is. */
const BLANKS = new RegExp(String.raw`(\\.|${CLASS})|(?:\s|#[^\n]*)+`, 'gsu')
/** What may mean something else to JavaScript, or nothing. */
const TOKEN = new RegExp(
  [
    String.raw`\\Q(?<quoted>.*?)(?:\\E|$)`,
    String.raw`\\x\{(?<hex>[0-9A-Fa-f]{1,6})\}`,
    String.raw`\\[pP]\{\w*\}`,
    String.raw`\\(?<escape>.)`,
    `(?<bracket>${CLASS})`,
    String.raw`\(\?#[^)]*\)`,
    String.raw`\(\?P<`,
    String.raw`\{\d+(?:,\d*)?\}`,
    '[.^${}\\]]',
  ].join('|'),
  'gsu',
)
const END = '(?![\\s\\S])'
const ESCAPES: Readonly<Record<string, string>> = {
  A: '(?<![\\s\\S])',
  z: END,
  Z: `(?=\\n?${END})`,
  s: '[\\t-\\r ]',
  S: '[^\\t-\\r ]',
  v: '[\\n-\\r\\x85\\u2028\\u2029]',
}
const CLASS_ESCAPES: Readonly<Record<string, string>> = { s: '\\t-\\r ', v: '\\n-\\r\\x85\\u2028\\u2029' }
/** Classes such as `[:alpha:]`, for use inside a bracket expression. */
const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e',
  space: '\\t-\\r ',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
}

/**
 * A regular expression in Perl's syntax as `new RegExp` takes it. What JavaScript has not, such as atomic groups and
 * flags inside of a pattern, is left as it is, for the constructor to refuse.
 * @throws Error for an unknown POSIX class
 */
export function translate(pattern: string, options: string): { readonly source: string; readonly flags: string } {
  const [head = '', leading = ''] = /^\(\?([imsx]+)\)/.exec(pattern) ?? []
  const modes = new Set(options + leading)
  const rest = pattern.slice(head.length)
  const source = modes.has('x') ? rest.replace(BLANKS, '$1') : rest
  return {
    source: source.replace(TOKEN, (token, ...found) => translated(token, found.at(-1) as Groups, modes)),
    flags: modes.has('i') ? 'iu' : 'u',
  }
}

type Groups = Readonly<Record<'quoted' | 'hex' | 'escape' | 'bracket', string | undefined>>

function translated(token: string, { quoted, hex, escape, bracket }: Groups, modes: ReadonlySet<string>): string {
  if (quoted !== undefined) return quoted.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
  if (hex !== undefined) return `\\u{${hex}}`
  if (escape !== undefined) return escaped(escape, ESCAPES)
  if (bracket !== undefined) return bracketed(bracket)
  switch (token) {
    case '.':
      return modes.has('s') ? '[\\s\\S]' : '[^\\n]'
    case '^':
      return modes.has('m') ? '(?<![^\\n])' : '^'
    case '$':
      return modes.has('m') ? '(?![^\\n])' : (ESCAPES['Z'] as string)
    case '(?P<':
      return '(?<'
    case '{':
    case '}':
    case ']':
      return `\\${token}`
    default:
      return token.startsWith('(?#') ? '' : token
  }
}

// letters and digits mean something, other characters themselves: only those of the syntax may be escaped in JavaScript
function escaped(character: string, known: Readonly<Record<string, string>>): string {
  if (Object.hasOwn(known, character)) return known[character] as string
  return /[\w\\^$.*+?()[\]{}|/]/.test(character) && character !== '_' ? `\\${character}` : character
}

function bracketed(bracket: string): string {
  const [open = ''] = /^\[\^?/.exec(bracket) ?? []
  const inside = bracket.slice(open.length, -1)
  // a bracket that comes first is one of the characters
  const members = inside.replace(/\[:(\^?\w+):\]|\\(.)|[[\]]/gsu, (token, posix?: string, character?: string) => {
    if (posix !== undefined) return posixClass(posix)
    if (character === '-') return '\\-'
    return character === undefined ? `\\${token}` : escaped(character, CLASS_ESCAPES)
  })
  return `${open}${members}]`
}

function posixClass(name: string): string {
  if (Object.hasOwn(POSIX_CLASSES, name)) return POSIX_CLASSES[name] as string
  throw new Error(`unknown POSIX class name ${name}`)
}
