import type { Member } from './member.ts'

/** Watches subscribers whose sinks are full. */
export interface SlowConsumers {
  readonly count: number
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

/** Looks after stuck subscribers, from time to time. Has a timer only while there are some. Cost: none for all others. */
export function watchSlowConsumers(options: SlowConsumersOptions): SlowConsumers {
  const { limitMs, now, onRelieved, onTooSlow } = options
  const members = new Set<Member>()
  const periodMs = Math.max(10, Math.min(1_000, limitMs / 4))
  let timer: NodeJS.Timeout | undefined

  const look = (member: Member) => {
    const bytes = member.sink.bufferedBytes()
    if (bytes < member.stuckBytes) {
      // whoever reads at all is not ended
      member.stuckSince = now()
    }
    if (bytes <= member.stuckBytes / 2) return onRelieved(member)
    if (now() - member.stuckSince >= limitMs) onTooSlow(member)
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
      members.add(member)
      timer ??= setInterval(() => members.forEach(look), periodMs)
    },
    delete(member) {
      if (members.delete(member) && members.size === 0) stop()
    },
    stop,
  }
}
