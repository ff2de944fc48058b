import type { Change } from '../changes/change.ts'
import type { FeedCounters } from './counters.ts'
import type { Log } from './log.ts'
import type { Member } from './member.ts'
import type { PayloadCache } from './payload-cache.ts'
import type { ChangesRequest } from './request.ts'
import type { Batch } from './sink.ts'

/** How a cohort's results are made. */
export interface CohortSpec {
  /** Equal for subscribers whose results are equal, byte by byte: document, operation name and variables, position aside. */
  readonly key: string
  /** Executes the operation for one event and encodes the result. Must not throw. */
  encode(change: Change): Buffer
}

/** Subscribers whose output bytes are equal. Each event is filtered, executed and encoded once for all of them. */
export interface Cohort {
  readonly key: string
  /** Those that have everything that the upstream delivered. */
  readonly live: Set<Member>
  /** The others: starting, behind, stuck or catching up. */
  readonly others: Set<Member>
  /** Whether its members are told when they start. */
  readonly announcesStart: boolean
  /** The encoded event of this number; `undefined` when the filters hold it back. */
  payloadAt(seq: number): Buffer | undefined
  /** The same for an event that is not in the log. */
  payloadOf(change: Change): Buffer | undefined
  /** An encoded event that no filter holds back. */
  encode(change: Change): Buffer
}

/** What a cohort needs of its surroundings. */
export interface CohortOptions {
  readonly log: Log
  readonly cache: PayloadCache
  readonly counters: FeedCounters
}

/** Most events in a {@link Batch}. */
export const MAX_BATCH_EVENTS = 64

/** A {@link Batch} is full when its payloads reach this many bytes. */
export const MAX_BATCH_BYTES = 262_144

/** A cohort without members. */
export function createCohort(spec: CohortSpec, request: ChangesRequest, options: CohortOptions): Cohort {
  const { log, cache, counters } = options
  const { operationTypes, matches } = request
  const payloads = new Map<number, Buffer>()

  const isWanted = ({ event }: Change) =>
    (operationTypes === undefined || operationTypes.has(event.operationType)) &&
    (matches === undefined || matches(event))

  const encode = (change: Change) => {
    counters.encodings++
    return spec.encode(change)
  }
  const payloadOf = (change: Change) => (isWanted(change) ? encode(change) : undefined)

  return {
    key: spec.key,
    live: new Set(),
    others: new Set(),
    announcesStart: request.announceStart === true,
    encode,
    payloadOf,
    payloadAt(seq) {
      const known = payloads.get(seq)
      if (known) return known
      const payload = payloadOf(log.changeAt(seq))
      if (payload) cache.put(payloads, seq, payload)
      return payload
    },
  }
}

/** A batch of the events from `from` on that are after `minKey`, and the number of the first event that it leaves out. */
export function collectBatch(
  cohort: Cohort,
  log: Log,
  from: number,
  to: number,
  minKey = '',
): { readonly batch: Batch; readonly next: number } {
  const payloads: Buffer[] = []
  const tokens: string[] = []
  let bytes = 0
  let next = from
  while (next < to && next - from < MAX_BATCH_EVENTS && bytes < MAX_BATCH_BYTES) {
    const { token } = log.at(next)
    const payload = token > minKey ? cohort.payloadAt(next) : undefined
    next++
    if (payload === undefined) continue
    payloads.push(payload)
    tokens.push(token)
    bytes += payload.length
  }
  return { batch: { payloads, tokens, bytes }, next }
}

/** A batch of one event. */
export function batchOf(payload: Buffer, token: string): Batch {
  return { payloads: [payload], tokens: [token], bytes: payload.length }
}
