import { HOSTILE_DB } from '../database.ts'
import type { RelayUnderTest } from '../relay-under-test.ts'

/** Something that callers do many times to have memory taken. */
export interface MemoryAttack {
  readonly count: number
  /** What there are so many of. */
  readonly what: string
  /** What the relay may keep of it while it lasts, in bytes, as the security page says. */
  readonly allowedBytes: number
  /** Does it so many times, and gives what ends it. */
  run(relay: RelayUnderTest, count: number): Promise<() => void>
}

/** Half of it, of which half may be kept: which shows as much in half of the time. */
export function halfOf(attack: MemoryAttack): MemoryAttack {
  return { ...attack, count: attack.count / 2, allowedBytes: attack.allowedBytes / 2 }
}

/** An attack in words. */
export function nameOf({ count, what }: MemoryAttack): string {
  return `${count} ${what}`
}

/** In bytes. */
export const MIB = 1_048_576

/** The numbers from 0 to `count` - 1. */
export const upTo = (count: number) => Array.from({ length: count }, (_, n) => n)

/** JSON that takes twenty times as much as objects. */
export const lists = (bytes: number) => `[${'[],'.repeat(bytes / 3)}[]]`

/** A subscription of what never happens. */
export const watch = (alias = 'json', args = '') =>
  `subscription { changes(db: "${HOSTILE_DB}", coll: "memory"${args}) { ${alias === 'json' ? alias : `${alias}: json`} } }`

/** Waits until the relay has so many subscribers. */
export async function subscribed(relay: RelayUnderTest, count: number): Promise<void> {
  while (((await relay.open())['subscribers'] ?? 0) < count) await new Promise((resolve) => setTimeout(resolve, 20))
}
