import type { Subscription } from '../feed/sink.ts'

const DONE = { done: true, value: undefined } as const

/**
 * An iterator that never yields: graphql-ws waits on it, and keeps the protocol, while somebody else sends the results.
 *
 * **Lifecycle**: `start` is called with the first `next()`; what it gives is closed with `return()` or `throw()`, which
 * settle at once. `next()` rejects with the error that `fail` is called with.
 */
export function idleIterator(start: (fail: (error: Error) => void) => Subscription): AsyncGenerator<never, void, void> {
  let subscription: Subscription | undefined
  let isOver = false
  let finish = () => {}
  let fail = (_error: Error) => {}
  const over = new Promise<typeof DONE>((resolve, reject) => {
    finish = () => resolve(DONE)
    fail = reject
  })

  const close = () => {
    isOver = true
    subscription?.close()
    finish()
  }

  return {
    async next() {
      if (isOver) return DONE
      subscription ??= start((error) => {
        isOver = true
        fail(error)
      })
      return over
    },
    async return() {
      close()
      return DONE
    },
    async throw(error: unknown) {
      close()
      throw error
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
