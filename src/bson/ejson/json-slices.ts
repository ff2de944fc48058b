import { endOfString } from './parse-json.ts'

const SPACE = /[ \t\n\r]*/y
const SCALAR = /[^,\]}\s]*/y

/**
 * The fields of a JSON object, each as the text of its value; of several with one name the last. Empty for anything but
 * an object.
 *
 * **Cost**: one pass over the text.
 *
 * @param text JSON that was parsed without an error
 */
export function sliceFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  let at = after(SPACE, text, 0)
  if (text[at] !== '{') return fields
  at = after(SPACE, text, at + 1)
  while (text[at] === '"') {
    const nameEnd = endOfString(text, at)
    const name = JSON.parse(text.slice(at, nameEnd)) as string
    // after the colon
    const start = after(SPACE, text, after(SPACE, text, nameEnd) + 1)
    const end = endOfValue(text, start)
    fields.set(name, text.slice(start, end))
    // after the comma, or at the brace
    at = after(SPACE, text, end)
    if (text[at] === ',') at = after(SPACE, text, at + 1)
  }
  return fields
}

/** The items of a JSON array, each as its text; as {@link sliceFields}. */
export function sliceItems(text: string): readonly string[] {
  const items: string[] = []
  let at = after(SPACE, text, 0)
  if (text[at] !== '[') return items
  at = after(SPACE, text, at + 1)
  while (at < text.length && text[at] !== ']') {
    const end = endOfValue(text, at)
    items.push(text.slice(at, end))
    // after the comma, or at the bracket
    at = after(SPACE, text, end)
    if (text[at] === ',') at = after(SPACE, text, at + 1)
  }
  return items
}

function endOfValue(text: string, start: number): number {
  let depth = 0
  let at = start
  do {
    const character = text[at]
    if (character === '"') at = endOfString(text, at)
    else if (character === '{' || character === '[') {
      depth++
      at++
    } else if (character === '}' || character === ']') {
      depth--
      at++
    } else if (depth === 0) return after(SCALAR, text, at)
    else at++
  } while (depth > 0)
  return at
}

function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return at + (pattern.exec(text)?.[0].length ?? 0)
}
