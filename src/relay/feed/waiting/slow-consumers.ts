import type { Member } from '../subscriber.ts'

/** Watches subscribers whose sinks are full. */
export interface SlowConsumers {
  readonly count: number
  /** Watches a subscriber whose sink has just become full. */
  add(member: Member): void
  delete(member: Member): void
  stop(): void
}

/** What {@link watchSlowConsumers} needs. */
export interface SlowConsumersOptions {
  /** How long a sink may stay full without getting emptier, in milliseconds. */
  readonly limitMs: number
  readonly now: () => number
  /** Called when a sink has become half empty since it was full. */
  readonly onRelieved: (member: Member) => void
  /** Called when the limit is over. */
  readonly onTooSlow: (member: Member) => void
}

interface Fullness {
  /** When the sink became full, or last got emptier. */
  sinceMs: number
  /** How much it held when it became full, in bytes. */
  readonly bytes: number
}

/** Looks after stuck subscribers, from time to time. Has a timer only while there are some. Cost: none for all others. */
export function watchSlowConsumers(options: SlowConsumersOptions): SlowConsumers {
  const { limitMs, now, onRelieved, onTooSlow } = options
  const members = new Map<Member, Fullness>()
  const periodMs = Math.max(10, Math.min(1_000, limitMs / 4))
  let timer: NodeJS.Timeout | undefined

  const look = (full: Fullness, member: Member) => {
    const bytes = member.sink.bufferedBytes()
    // whoever reads at all is not ended
    if (bytes < full.bytes) full.sinceMs = now()
    if (bytes <= full.bytes / 2) return onRelieved(member)
    if (now() - full.sinceMs >= limitMs) onTooSlow(member)
  }
  const stop = () => {
    clearInterval(timer)
    timer = undefined
  }

  return {
    get count() {
      return members.size
    },
    add(member) {
      members.set(member, { sinceMs: now(), bytes: member.sink.bufferedBytes() })
      timer ??= setInterval(() => members.forEach(look), periodMs)
    },
    delete(member) {
      if (members.delete(member) && members.size === 0) stop()
    },
    stop,
  }
}
