import type { Principal } from '../auth/principal/principal.ts'
import { RelayError } from '../../errors.ts'
import type { Subscription } from '../feed/sink.ts'

/** What holds subscriptions: a socket or an event stream. Its principal changes when it renews its credentials. */
export interface Holder {
  readonly principal: Principal
}

/** Ends subscriptions whose credentials have expired. */
export interface Expiry {
  /**
   * Has a subscription end with `UNAUTHENTICATED`, and its position, when the credentials of its holder have expired
   * and the time to renew them is over; gives the subscription. What the holder's principal says then decides, so that
   * renewing takes no more than a new principal.
   *
   * **Cost**: none where credentials do not expire.
   */
  bind(holder: Holder, subscription: Subscription): Subscription
  /** Whether the credentials have expired, and the time to renew them is over. */
  isOver(holder: Holder): boolean
}

/** How long credentials may be over, and how that is measured. */
export interface ExpiryOptions {
  /** Time to renew, after the credentials have expired, in milliseconds. */
  readonly graceMs: number
  /** How often is looked, and how exact it is therefore, in milliseconds. */
  readonly checkMs: number
  /** Clock in milliseconds since 1970. */
  readonly now: () => number
}

interface Entry {
  readonly holder: Holder
  readonly subscription: Subscription
  bucket: number
}

/**
 * One timer for all, and only while there are subscriptions that expire; it looks at those that are due, and not at the
 * others. A clock that jumps is followed at the next look.
 */
export function createExpiry({ graceMs, checkMs, now }: ExpiryOptions): Expiry {
  // by the interval in which their time is over
  const buckets = new Map<number, Set<Entry>>()
  let timer: NodeJS.Timeout | undefined

  const deadlineOf = ({ principal }: Holder) => (principal.expiresAtMs ?? Infinity) + graceMs

  return {
    bind(holder, subscription) {
      if (deadlineOf(holder) === Infinity) return subscription
      const entry: Entry = { holder, subscription, bucket: 0 }
      add(entry)
      subscription.hold(() => remove(entry))
      return subscription
    },
    isOver: (holder) => now() >= deadlineOf(holder),
  }

  function add(entry: Entry): void {
    entry.bucket = Math.ceil(deadlineOf(entry.holder) / checkMs)
    const entries = buckets.get(entry.bucket) ?? new Set()
    buckets.set(entry.bucket, entries.add(entry))
    timer ??= setInterval(look, checkMs)
  }

  function remove(entry: Entry): void {
    const entries = buckets.get(entry.bucket)
    entries?.delete(entry)
    if (entries?.size === 0) buckets.delete(entry.bucket)
    if (buckets.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  function look(): void {
    const due = [...buckets].filter(([bucket]) => bucket * checkMs <= now()).flatMap(([, entries]) => [...entries])
    for (const entry of due) {
      const deadlineMs = deadlineOf(entry.holder)
      remove(entry)
      if (now() >= deadlineMs) entry.subscription.end(expired())
      // renewed since
      else if (deadlineMs < Infinity) add(entry)
    }
  }
}

/** What ends a subscription, and refuses a new one, when the credentials have expired. */
export function expired(): RelayError {
  return new RelayError('UNAUTHENTICATED', 'The credentials have expired')
}
