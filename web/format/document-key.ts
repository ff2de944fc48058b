import { isContainer, toFields, toInlineTokens, toScalarToken } from '../json/tokens.ts'

/** The longest text given, in characters. */
const MAX_CHARS = 48

/** The longest text of {@link toKeyLabel}, in characters. */
const LABEL_CHARS = 14

function shorten(text: string, maxChars = MAX_CHARS): string {
  if (text.length <= maxChars) return text
  // both ends: what tells two long keys apart is as often at the end as at the start
  const side = Math.floor((maxChars - 1) / 2)
  return `${text.slice(0, side)}…${text.slice(-side)}`
}

/** Shortens what {@link toShortKey} gives to the width of a column: `6b0a…41b` for an ObjectId. */
export function toKeyLabel(shortKey: string): string {
  return /^[0-9a-f]{24}$/.test(shortKey)
    ? `${shortKey.slice(0, 4)}…${shortKey.slice(-4)}`
    : shorten(shortKey, LABEL_CHARS)
}

function toShortValue(value: unknown): string {
  if (!isContainer(value)) {
    // cut before quoting: quoting would cost the whole length
    return typeof value === 'string' ? shorten(value) : shorten(toScalarToken(value).text)
  }
  const [only, ...others] = toFields(value)
  // an Extended JSON wrapper such as {"$oid": "…"}: its content says enough
  if (only?.[0].startsWith('$') && others.length === 0 && typeof only[1] === 'string') return shorten(only[1])
  const tokens = toInlineTokens(value, MAX_CHARS)
  return tokens === null ? '{…}' : tokens.map((token) => token.text).join('')
}

/**
 * Gives a document key on one short line: the bare `_id`, or `region: eu, _id: 7` where a shard key precedes it. Empty
 * when the event is not about a document.
 */
export function toShortKey(documentKey: unknown): string {
  if (!isContainer(documentKey)) return ''
  const fields = toFields(documentKey)
  const [first] = fields
  if (fields.length === 1 && first?.[0] === '_id') return toShortValue(first[1])
  return shorten(fields.map(([name, value]) => `${shorten(name)}: ${toShortValue(value)}`).join(', '))
}
