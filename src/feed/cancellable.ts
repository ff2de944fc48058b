const DONE = { done: true, value: undefined } as const

/**
 * A hand-written iterator over an async generator, whose `return()` settles at once, also while the generator waits for
 * something that may never come: an async generator by itself cannot be returned then.
 *
 * **Lifecycle**: `start` is called with the first `next()`, so that an iterator that nobody reads costs nothing. Its
 * signal aborts with `return()` or `throw()`, or together with `parent`; then the generator must end by throwing.
 *
 * @param parent ends the generator from outside: what it throws then is what a pending `next()` rejects with
 */
export function cancellable<T>(
  start: (signal: AbortSignal) => AsyncGenerator<T, unknown, void>,
  parent: AbortSignal,
): AsyncIterableIterator<T> {
  const own = new AbortController()
  let generator: AsyncGenerator<T, unknown, void> | undefined
  let returned = false
  let markReturned = () => {}
  const whenReturned = new Promise<typeof DONE>((resolve) => (markReturned = () => resolve(DONE)))

  const end = () => {
    returned = true
    markReturned()
    own.abort()
    // one that waits is woken by the signal, one that is suspended at a `yield` needs this to run its `finally`
    generator?.return(undefined).catch(() => 'whoever returned does not want to hear of errors any more')
  }

  return {
    async next() {
      if (returned) return DONE
      generator ??= start(AbortSignal.any([own.signal, parent]))
      const next = generator.next()
      const result = await Promise.race([next, whenReturned]).catch((error: unknown) => {
        if (returned) return DONE
        throw error
      })
      return result.done ? DONE : result
    },
    async return() {
      end()
      return DONE
    },
    async throw(error: unknown) {
      end()
      throw error
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
