/** What is left of a control frame's 125 bytes beside the code. */
const MAX_REASON_BYTES = 123

/**
 * A reason as a close frame can take it: cut off after 123 bytes, and not amidst a character. ws throws at a longer
 * one.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-5.5
 */
export function toCloseReason(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(MAX_REASON_BYTES))
  return text.slice(0, read)
}
