/** Empty polls that find room between two seconds. */
const PER_SECOND = 2 ** 20

/** How the tokens of servers begin: with their seconds since 1970, and a number within these. */
const TIME = /^82([0-9A-F]{8})([0-9A-F]{8})/i

/**
 * The `Stream-Cursor` of an answer: greater than the one that the request had, so that what is asked next is another
 * URL, whose answer no cache has yet. Apart from that it is made of the position alone, so that all who are there ask
 * the same, by whichever way they came.
 *
 * @param token where the answer ends, as a server's token
 */
export function toCursor(token: string, given: number | undefined): string {
  const [, seconds = '0', counter = '0'] = TIME.exec(token) ?? []
  const own = parseInt(seconds, 16) * PER_SECOND + Math.min(parseInt(counter, 16), PER_SECOND - 1)
  return String(given === undefined ? own : Math.max(own, given + 1))
}
