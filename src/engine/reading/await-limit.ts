/**
 * The longest that a request waits for something to happen, in milliseconds; a longer `maxTimeMS` is answered then,
 * with what there is, which clients take as a reason to ask again. A client that sent more than is read ahead and left
 * is noticed when it is answered, so that nothing of it stays for longer.
 */
export const MAX_AWAIT_MS = 600_000
