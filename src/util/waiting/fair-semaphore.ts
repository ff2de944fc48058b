/** One of the turns that there are at a time. */
export interface Turn {
  /** Whether it has lasted for as long as others must wait at most, and another owner waits. */
  readonly isOver: boolean
  /** Ends it. Idempotent. */
  release(): void
}

/** A bounded number of turns at a time: each owner waits for one turn of every other, however many it asks for. */
export interface FairSemaphore {
  readonly taken: number
  readonly waiting: number
  /**
   * Waits for a turn. Those of one owner are served in the order of asking.
   *
   * @throws the signal's reason when it aborts before
   */
  acquire(owner: string, signal?: AbortSignal): Promise<Turn>
}

/** Options of {@link createFairSemaphore}. */
export interface FairSemaphoreOptions {
  readonly count: number
  /** How long a turn may last while other owners wait, in milliseconds. The holder ends it when it can. */
  readonly turnMs: number
  /** Clock in milliseconds that never goes back. */
  readonly now: () => number
}

type Take = () => void

/**
 * Creates one of which no turn is taken. **Cost**: an entry for each owner that waits; a turn passes on in constant
 * time, however many wait.
 */
export function createFairSemaphore({ count, turnMs, now }: FairSemaphoreOptions): FairSemaphore {
  // whose turn is next comes first
  const queue = new Map<string, Set<Take>>()
  let taken = 0
  let waiting = 0

  const passOn = () => {
    taken--
    const [next] = queue
    if (!next) return
    const [owner, takes] = next
    const [take] = takes
    // behind all others
    queue.delete(owner)
    queue.set(owner, takes)
    take?.()
  }

  const leave = (owner: string, take: Take) => {
    const takes = queue.get(owner)
    if (!takes?.delete(take)) return
    waiting--
    if (takes.size === 0) queue.delete(owner)
  }

  const begin = (owner: string): Turn => {
    const sinceMs = now()
    let isReleased = false
    taken++
    return {
      get isOver() {
        return now() - sinceMs >= turnMs && queue.size > (queue.has(owner) ? 1 : 0)
      },
      release() {
        if (isReleased) return
        isReleased = true
        passOn()
      },
    }
  }

  return {
    get taken() {
      return taken
    },
    get waiting() {
      return waiting
    },
    acquire(owner, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        if (taken < count) return resolve(begin(owner))
        const take = () => {
          signal?.removeEventListener('abort', giveUp)
          leave(owner, take)
          resolve(begin(owner))
        }
        const giveUp = () => {
          leave(owner, take)
          reject(signal?.reason)
        }
        const takes = queue.get(owner) ?? new Set()
        queue.set(owner, takes.add(take))
        waiting++
        signal?.addEventListener('abort', giveUp, { once: true })
      })
    },
  }
}
