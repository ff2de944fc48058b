import { JsonText } from '../../../bson/ejson/json-text.ts'

/** How much longer a character can become as JSON in UTF-8: a control character is written as `\u0001`. */
const MAX_BYTES_PER_CHARACTER = 6

/** More than any number, `true`, `false` or `null` takes. */
const MAX_SCALAR_BYTES = 25

/**
 * Whether a JSON value takes at most `maxBytes` as text in UTF-8. Exact except for numbers, which count as 25 bytes
 * each where they are not part of a {@link JsonText}.
 *
 * **Cost**: visits each value, but reads no text where an estimate says already that it fits. Stops at the limit.
 * Recursion is as deep as the value.
 */
export function isJsonWithin(value: unknown, maxBytes: number): boolean {
  return (
    bytesLeft(value, maxBytes, (text) => text.length * MAX_BYTES_PER_CHARACTER + 2) >= 0 ||
    bytesLeft(value, maxBytes, (text) => Buffer.byteLength(JSON.stringify(text))) >= 0
  )
}

/** What is left of `budget`; negative when it does not suffice. */
function bytesLeft(value: unknown, budget: number, sizeOf: (text: string) => number): number {
  if (typeof value === 'string') return budget - sizeOf(value)
  if (typeof value !== 'object' || value === null) return budget - MAX_SCALAR_BYTES
  if (value instanceof JsonText) return budget - value.bytes.length
  let left = budget - 2
  if (Array.isArray(value)) {
    for (const item of value) {
      left = bytesLeft(item, left - 1, sizeOf)
      if (left < 0) return left
    }
    return left
  }
  for (const [key, item] of Object.entries(value)) {
    left = bytesLeft(item, left - sizeOf(key) - 2, sizeOf)
    if (left < 0) return left
  }
  return left
}
