/** What a manifest holds. */
export type Yaml = string | number | boolean | null | readonly Yaml[] | { readonly [key: string]: Yaml }

interface Line {
  readonly indent: number
  readonly text: string
}

const ENTRY = /^([\w.$/-]+|'[^']*'):(?: +(.*))?$/

/**
 * Reads the part of YAML that our manifests are written in: maps, lists, their forms with braces and brackets, plain
 * and quoted scalars, `|` and comments. Gives the documents of a file.
 *
 * @throws Error at anything else
 */
export function readYaml(text: string): Yaml[] {
  return text.split(/^---$/m).map((part) => {
    const lines = part.split('\n').map((line) => ({ indent: line.search(/\S|$/), text: line.trimEnd() }))
    return readBlock(lines)
  })
}

function readBlock(lines: Line[]): Yaml {
  const first = next(lines)
  if (!first) return null
  const { indent } = first
  const isList = first.text.slice(indent).startsWith('- ')
  const list: Yaml[] = []
  const map: Record<string, Yaml> = {}
  for (let line = next(lines); line && line.indent === indent; line = next(lines)) {
    const content = line.text.slice(indent)
    if (isList !== content.startsWith('- ')) throw new Error(`A map within a list, or the other way: ${line.text}`)
    if (isList) {
      // the item, as if it stood on lines of its own
      lines[0] = { indent: indent + 2, text: `${' '.repeat(indent + 2)}${content.slice(2)}` }
      list.push(ENTRY.test(content.slice(2)) ? readBlock(lines) : readFlow(lines.shift()?.text.trim() ?? ''))
      continue
    }
    const [, key = '', value] = ENTRY.exec(content) ?? []
    if (key === '') throw new Error(`No entry of a map: ${line.text}`)
    lines.shift()
    map[key.replaceAll("'", '')] = readValue(value, lines, indent)
  }
  const rest = next(lines)
  if (rest && rest.indent > indent) throw new Error(`Indented without a reason: ${rest.text}`)
  return isList ? list : map
}

function readValue(value: string | undefined, lines: Line[], indent: number): Yaml {
  if (value === '|') return readText(lines, indent)
  if (value !== undefined && value !== '') return readFlow(value)
  const below = next(lines)
  const isBelow =
    below && (below.indent > indent || (below.indent === indent && below.text.trimStart().startsWith('- ')))
  return isBelow ? readBlock(lines) : null
}

function readText(lines: Line[], indent: number): string {
  const texts: string[] = []
  while (lines[0] && (lines[0].text === '' || lines[0].indent > indent)) texts.push(lines.shift()?.text ?? '')
  const margin = texts[0]?.search(/\S/) ?? 0
  return `${texts
    .map((text) => text.slice(margin))
    .join('\n')
    .trimEnd()}\n`
}

// the next line that says something, which stays where it is
function next(lines: Line[]): Line | undefined {
  while (lines[0] && (lines[0].text.trim() === '' || lines[0].text.trimStart().startsWith('#'))) lines.shift()
  return lines[0]
}

/** A value on one line. */
function readFlow(text: string): Yaml {
  const tokens = text.match(/'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|[[\]{},]|[^[\]{},'"\s][^[\]{},]*/g) ?? []
  // what is not within braces is one scalar, whatever it holds
  if (!/^[[{'"]/.test(text)) return readScalar(text)
  const value = readTokens(tokens)
  if (tokens.length > 0) throw new Error(`More than one value: ${text}`)
  return value
}

function readTokens(tokens: string[]): Yaml {
  const token = tokens.shift() ?? ''
  if (token === '[') return readItems(tokens, ']').map((item) => item.value)
  if (token === '{') return Object.fromEntries(readItems(tokens, '}').map(({ key, value }) => [key, value]))
  return readScalar(token)
}

function readItems(tokens: string[], end: string): { readonly key: string; readonly value: Yaml }[] {
  const items: { key: string; value: Yaml }[] = []
  while (tokens[0] !== end) {
    const [, key = '', rest = ''] = end === '}' ? (/^([\w.-]+): *(.*)$/.exec(tokens.shift() ?? '') ?? []) : []
    if (rest !== '') tokens.unshift(rest)
    items.push({ key, value: readTokens(tokens) })
    if (tokens[0] === ',') tokens.shift()
    else if (tokens[0] !== end) throw new Error(`Expected ${end}; ${String(tokens[0])} came`)
  }
  tokens.shift()
  return items
}

function readScalar(token: string): Yaml {
  const text = token.trim()
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'")
  if (text.startsWith('"')) return String(JSON.parse(text))
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d+$/.test(text) ? Number(text) : text
}
