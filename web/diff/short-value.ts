import { JsonNumber } from '../../src/bson/ejson/json.ts'
import { isContainer, toFields, toInlineTokens } from '../json/tokens.ts'

/** Types whose wrapper in Extended JSON holds all that people look for. */
const PLAIN_WRAPPERS = ['$numberInt', '$numberLong', '$numberDouble', '$numberDecimal', '$symbol', '$uuid']

/** Gives the ends of an id, which tell most of them apart: `65f0…9f0`. */
export function toShortId(id: string): string {
  return id.length <= 12 ? id : `${id.slice(0, 4)}…${id.slice(-3)}`
}

function cut(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, Math.max(1, maxChars - 1))}…`
}

function toShortString(text: string, maxChars: number): string {
  // cut before quoting: quoting would cost the whole length
  const kept = text.length <= maxChars - 2 ? text : `${text.slice(0, Math.max(1, maxChars - 3))}…`
  return JSON.stringify(kept)
}

/** What Extended JSON writes as a document; `undefined` for other documents. */
function toShortWrapper(name: string, value: unknown, maxChars: number): string | undefined {
  if (name === '$oid' && typeof value === 'string') return toShortId(value)
  if (name === '$date' && typeof value === 'string') return cut(value, Math.max(maxChars, 24))
  if (name === '$date') {
    const [wrapped] = isContainer(value) ? toFields(value) : []
    const date = new Date(Number(wrapped?.[1]))
    return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
  }
  if (PLAIN_WRAPPERS.includes(name) && typeof value === 'string') return cut(value, maxChars)
  if (name === '$minKey' || name === '$maxKey') return name.slice(1)
  if (name !== '$timestamp' && name !== '$binary') return undefined
  const [first, second] = isContainer(value) ? toFields(value).map(([, part]) => part) : []
  if (name === '$binary') return typeof first === 'string' ? cut(`<${first}>`, maxChars) : undefined
  return [first, second].map((part) => (part instanceof JsonNumber ? part.text : String(part))).join(':')
}

/**
 * Gives a value of Extended JSON on one short line, for people to recognize: ids by their ends, dates, numbers and
 * bytes without their types, documents and arrays that do not fit by how much is in them.
 *
 * **Cost**: bounded by `maxChars`, and the number of fields.
 *
 * @param maxChars the longest text given; dates and ids are never cut
 */
export function toShortValue(value: unknown, maxChars = 32): string {
  if (typeof value === 'string') return toShortString(value, maxChars)
  if (value instanceof JsonNumber) return cut(value.text, maxChars)
  if (!isContainer(value)) return cut(String(value), maxChars)
  if (Array.isArray(value)) return toInline(value, maxChars) ?? `[${value.length}]`
  const fields = toFields(value)
  const [first] = fields
  const wrapper = fields.length === 1 && first ? toShortWrapper(first[0], first[1], maxChars) : undefined
  return wrapper ?? toInline(value, maxChars) ?? `{${fields.length}}`
}

function toInline(value: unknown, maxChars: number): string | undefined {
  return toInlineTokens(value, maxChars)
    ?.map((token) => token.text)
    .join('')
}
