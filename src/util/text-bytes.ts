/** The most bytes in UTF-8 that a unit of a text's length takes. */
const MAX_BYTES_EACH = 3

/**
 * Whether a text has more than so many bytes in UTF-8. Cost: none for a text whose length says it already; counted
 * without being encoded otherwise.
 */
export function hasMoreBytes(text: string, maxBytes: number): boolean {
  if (text.length * MAX_BYTES_EACH <= maxBytes) return false
  return text.length > maxBytes || Buffer.byteLength(text) > maxBytes
}
