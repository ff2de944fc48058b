/** A bounded number of permissions; who gets none waits for its turn. */
export interface Slots {
  readonly taken: number
  readonly waiting: number
  /**
   * Waits for a slot and gives the function that frees it. In the order of asking.
   *
   * @throws the signal's reason when it aborts before
   */
  acquire(signal: AbortSignal): Promise<() => void>
}

/** `count` slots, all free. */
export function createSlots(count: number): Slots {
  let taken = 0
  const queue = new Set<() => void>()

  const release = () => {
    taken--
    const [next] = queue
    next?.()
  }

  return {
    get taken() {
      return taken
    },
    get waiting() {
      return queue.size
    },
    acquire(signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const take = () => {
          queue.delete(take)
          signal.removeEventListener('abort', leave)
          taken++
          let freed = false
          resolve(() => {
            if (freed) return
            freed = true
            release()
          })
        }
        const leave = () => {
          queue.delete(take)
          reject(signal.reason)
        }
        if (taken < count) return take()
        queue.add(take)
        signal.addEventListener('abort', leave, { once: true })
      })
    },
  }
}
