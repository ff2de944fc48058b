/** Something that is made when it is first asked for. */
export interface Lazy<T> {
  /**
   * Gives it, and makes it where that has not begun. All who ask share one attempt; after one that failed comes the
   * next.
   */
  get(): Promise<T>
  /** Gives it once it is there, before that `undefined`. */
  peek(): T | undefined
  /** Settles with it, or with `undefined` where it was never asked for or could not be made. */
  settled(): Promise<T | undefined>
}

/** Makes something when it is first asked for, and once. */
export function lazily<T>(make: () => Promise<T>): Lazy<T> {
  let made: T | undefined
  let making: Promise<T> | undefined
  return {
    get() {
      making ??= make().then(
        (value) => (made = value),
        (error: unknown) => {
          // what was amiss may be mended the next time
          making = undefined
          throw error
        },
      )
      return making
    },
    peek: () => made,
    settled: () => making?.catch(() => undefined) ?? Promise.resolve(undefined),
  }
}
