const END = { done: true, value: undefined } as const

/**
 * What GraphQL's libraries take for the results of a subscription whose results the feed delivers, beside them: it is
 * at its end from the beginning, and returns at once.
 */
export const NO_RESULTS = {
  next: () => Promise.resolve(END),
  return: () => Promise.resolve(END),
  [Symbol.asyncIterator]() {
    return this
  },
}
