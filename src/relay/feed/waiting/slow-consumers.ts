import type { Subscriber } from '../subscriber.ts'

/** Watches subscribers whose sinks are full. */
export interface SlowConsumers {
  readonly count: number
  /** Watches a subscriber whose sink has just become full. */
  add(subscriber: Subscriber): void
  delete(subscriber: Subscriber): void
  stop(): void
}

/** What {@link watchSlowConsumers} needs. */
export interface SlowConsumersOptions {
  /** How long a sink may stay full without getting emptier, in milliseconds. */
  readonly limitMs: number
  readonly now: () => number
  /** Called when a sink has become half empty since it was full. */
  readonly onRelieved: (subscriber: Subscriber) => void
  /** Called when the limit is over. */
  readonly onTooSlow: (subscriber: Subscriber) => void
}

interface Fullness {
  /** When the sink became full, or last got emptier. */
  sinceMs: number
  /** How much it held when it became full, in bytes. */
  readonly bytes: number
  /** How much it held when it was looked at last, in bytes. */
  lastBytes: number
}

/**
 * Looks after stuck subscribers, from time to time. Has a timer only while there are some. Cost: none for all others.
 */
export function watchSlowConsumers(options: SlowConsumersOptions): SlowConsumers {
  const { limitMs, now, onRelieved, onTooSlow } = options
  const subscribers = new Map<Subscriber, Fullness>()
  const periodMs = Math.max(10, Math.min(1_000, limitMs / 4))
  let timer: NodeJS.Timeout | undefined

  const look = (full: Fullness, subscriber: Subscriber) => {
    const bytes = subscriber.sink.bufferedBytes()
    // one that reads at all is not ended
    if (bytes < full.lastBytes) full.sinceMs = now()
    full.lastBytes = bytes
    if (bytes <= full.bytes / 2) return onRelieved(subscriber)
    if (now() - full.sinceMs >= limitMs) onTooSlow(subscriber)
  }
  const stop = () => {
    clearInterval(timer)
    timer = undefined
  }

  return {
    get count() {
      return subscribers.size
    },
    add(subscriber) {
      const bytes = subscriber.sink.bufferedBytes()
      subscribers.set(subscriber, { sinceMs: now(), bytes, lastBytes: bytes })
      timer ??= setInterval(() => subscribers.forEach(look), periodMs)
    },
    delete(subscriber) {
      if (subscribers.delete(subscriber) && subscribers.size === 0) stop()
    },
    stop,
  }
}
