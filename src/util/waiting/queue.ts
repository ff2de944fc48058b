const DONE = { done: true, value: undefined } as const

/** A queue with one writer that pushes and readers that iterate. */
export interface Queue<T> extends AsyncIterableIterator<T, undefined> {
  /** How many values wait. */
  readonly size: number
  /** Ends it at once, also while a reader waits; what waits is dropped. */
  return(): Promise<IteratorResult<T, undefined>>
  push(value: T): void
  /** Ends it without or with an error: readers first take what waits. Later calls do nothing. */
  end(outcome?: { readonly error: unknown }): void
  /** As {@link Queue.end}, but at once: what waits is dropped. */
  abort(error: unknown): void
}

/** What a queue tells its writer. */
export interface QueueEvents {
  /** A reader asked for the first time. */
  onStart(): void
  /** A reader took the last value that waited. */
  onEmpty(): void
  /** The queue is over, by whatever means: nothing pushed from now on is read. */
  onOver(): void
}

interface Reader<T> {
  resolve(result: IteratorResult<T, undefined>): void
  reject(error: unknown): void
}

/**
 * Creates a queue. Its iterator is written by hand because `return()` must settle at once, also while `next()` waits on
 * a quiet collection, which an async generator's does not. An error is thrown once; afterwards the iterator is done.
 */
export function createQueue<T>(events: QueueEvents): Queue<T> {
  const readers: Reader<T>[] = []
  let values: T[] = []
  let taken = 0
  let started = false
  let outcome: { error?: unknown } | undefined

  function finish(how: { error?: unknown }): void {
    if (outcome) return
    outcome = how
    for (const reader of readers.splice(0)) settle(reader)
    events.onOver()
  }

  function settle({ resolve, reject }: Reader<T>): void {
    if (!outcome || !('error' in outcome)) return resolve(DONE)
    const { error } = outcome
    outcome = {}
    reject(error)
  }

  // an index instead of `shift`, which moves the whole rest
  function take(): IteratorResult<T, undefined> {
    // there is one: the caller has looked
    const value = values[taken++] as T
    if (taken === values.length) {
      values = []
      taken = 0
      if (!outcome) events.onEmpty()
    }
    return { done: false, value }
  }

  return {
    get size() {
      return values.length - taken
    },
    push(value) {
      if (outcome) return
      const reader = readers.shift()
      if (reader) reader.resolve({ done: false, value })
      else values.push(value)
    },
    end: (how = undefined) => finish(how ?? {}),
    abort(error) {
      values = []
      taken = 0
      finish({ error })
    },
    next() {
      if (!started) {
        started = true
        if (!outcome) events.onStart()
      }
      if (values.length > 0) return Promise.resolve(take())
      return new Promise((resolve, reject) => {
        const reader = { resolve, reject }
        if (outcome) settle(reader)
        else readers.push(reader)
      })
    },
    async return() {
      values = []
      finish({})
      return DONE
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
