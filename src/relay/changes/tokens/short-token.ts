/**
 * Longest resume token that is given as it is, in characters: several have room in a header, an address or a message.
 */
export const MAX_TOKEN_LENGTH = 2_048

/**
 * How many digits of a longer one are kept. The time, the place within a transaction, the collection and the type of
 * the event take less than 200, and no two events have the same; what follows is the document key, which MongoDB does
 * not limit.
 */
const KEPT_DIGITS = 256

/**
 * Ends a short token. Greater than every digit: in the order of tokens it stands just after all that begin as it does.
 */
const END = 'Z'

const LONG = /^82[0-9A-F]{254}/
const SHORT = /^82[0-9A-F]{16,254}Z$/

/**
 * The token that is given for one: itself, or, where it is longer than that, its beginning, marked as such. It stands
 * for the same position. Servers do not take it: {@link timeOfShort} is where to open a stream, and what is not after
 * it is passed over.
 */
export function toShortToken(token: string, maxLength: number): string {
  return token.length > maxLength && LONG.test(token) ? token.slice(0, KEPT_DIGITS) + END : token
}

/** Whether a token is what {@link toShortToken} makes of long ones. */
export function isShortToken(token: string): boolean {
  return SHORT.test(token)
}

/** How the tokens of all events of the same time begin. */
export function timeOfShort(token: string): string {
  return token.slice(0, 18)
}

/** Whether a token stands for the position of the event whose own token is `eventToken`. */
export function isOfEvent(token: string, eventToken: string): boolean {
  return token === eventToken || (token.endsWith(END) && eventToken.startsWith(token.slice(0, -END.length)))
}
