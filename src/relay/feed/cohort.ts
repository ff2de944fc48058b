import type { Change } from '../changes/change.ts'
import { imagesFor, type Images, withChosenImages } from '../changes/images.ts'
import { madeChange } from '../changes/to-change.ts'
import { toGivenToken } from '../changes/tokens/snapshot-token.ts'
import { RelayError } from '../../errors.ts'
import type { Log } from './log.ts'
import type { FeedResources } from './shared-stream.ts'
import type { Subscriber, SubscriberStream } from './subscriber.ts'
import { meterFilter } from './filters/metered-filter.ts'
import type { ChangesRequest, SnapshotRequest } from './request.ts'
import { toMemberChange } from './snapshot/membership.ts'
import { replaced } from './snapshot/renewal.ts'
import type { Batch } from './sink.ts'

/** An encoded event, or the error that ends those who would get it. */
export type Payload = Buffer | RelayError

/** How a cohort's results are made. */
export interface CohortSpec {
  /**
   * Equal for subscribers whose results are equal, byte by byte: document, operation name, variables (position aside)
   * and what they may see.
   */
  readonly key: string
  /**
   * Writes a resume token as the subscribers may see it; one that is written so already stays as it is. Absent: as it
   * is.
   */
  readonly sealToken?: (token: string) => string
  /** Longer resume tokens are given as {@link toGivenToken} makes them. Default: no limit. */
  readonly maxTokenLength?: number
  /**
   * Executes the operation for one event and encodes the result; gives the error that ends its subscribers where the
   * result must not be sent. Must not throw.
   */
  encode(change: Change): Payload
}

/** Subscribers whose output bytes are equal. Each event is filtered, executed and encoded once for all of them. */
export interface Cohort {
  readonly key: string
  /** Where its subscribers belong. */
  readonly stream: SubscriberStream
  /** Those that have everything that the upstream delivered. */
  readonly live: Set<Subscriber>
  /** The others: starting, behind, stuck or catching up. */
  readonly others: Set<Subscriber>
  /** The images that it needs for what its subscribers chose: their events are those of a stream with these options. */
  readonly images: Images
  /** Whether its subscribers get a notice when they start. */
  readonly announcesStart: boolean
  /** Whether its subscribers get a notice when the upstream is interrupted, and when it goes on. */
  readonly announcesInterruptions: boolean
  /** Whether its subscribers get a notice when their position has moved on without an event. */
  readonly announcesPositions: boolean
  /** See {@link ChangesRequest.snapshot}. */
  readonly snapshot: SnapshotRequest | undefined
  /** The encoded event of this number; `undefined` when the filters hold it back. */
  payloadAt(seq: number): Payload | undefined
  /**
   * The same for an event that is not in the log; of a stream with these images, which are enough. Default: with those
   * that are needed.
   */
  payloadOf(change: Change, images?: Images): Payload | undefined
  /** An encoded event that no filter holds back; for what the relay itself has to say. */
  encode(change: Change): Payload
  /** A resume token as its subscribers may see it: wherever one leaves the feed. */
  sealToken(token: string): string
}

/** What a cohort needs of its surroundings. */
export interface CohortOptions {
  readonly log: Log
  readonly stream: SubscriberStream
  readonly resources: Pick<FeedResources, 'cache' | 'counters' | 'filterBudget' | 'atLimit'>
}

/** Most events in a {@link Batch}. */
export const MAX_BATCH_EVENTS = 64

/** A {@link Batch} is full when its payloads reach this many bytes. */
export const MAX_BATCH_BYTES = 262_144

/** A cohort without subscribers. */
export function createCohort(spec: CohortSpec, request: ChangesRequest, options: CohortOptions): Cohort {
  const { log, stream } = options
  const { cache, counters, filterBudget, atLimit } = options.resources
  const { chosen, view, operationTypes, matches, snapshot } = request
  const images = imagesFor(chosen)
  const { maxTokenLength = Infinity } = spec
  const sealToken = (token: string) => {
    const short = toGivenToken(token, maxTokenLength)
    return spec.sealToken ? spec.sealToken(short) : short
  }
  const payloads = new Map<number, Buffer>()
  const live = new Set<Subscriber>()
  const others = new Set<Subscriber>()

  const isMatch =
    matches &&
    meterFilter({
      matches,
      budget: filterBudget,
      atLimit,
      owners: () => new Set([...live, ...others].map(({ owner }) => owner)),
      // not amidst the event that they are about to get
      onOverdrawn: (owner, error) => setImmediate(() => endAllOf(owner, error)),
    })

  function endAllOf(owner: string, error: RelayError): void {
    for (const subscriber of [...live, ...others]) if (subscriber.owner === owner) subscriber.end(error)
  }

  const isOfType = ({ event }: Change) => {
    // a string in every event
    const operationType = event.value('operationType') as string
    return operationTypes === undefined || operationTypes.has(operationType) || operationType === 'snapshot'
  }

  const toWanted = (change: Change): Change | undefined => {
    if (!snapshot) return isOfType(change) && (isMatch === undefined || isMatch(change.event)) ? change : undefined
    // what the filter makes of it comes first: a move into it, or out of it, is of another type
    const own = toMemberChange(change, isMatch, snapshot)
    return own && isOfType(own) ? own : undefined
  }

  const encode = (change: Change) => {
    counters.encodings++
    return spec.encode(change)
  }
  const payloadOf = (changed: Change, read: Images = images): Payload | undefined => {
    let change = changed
    try {
      change = withChosenImages(changed, read, chosen)
    } catch (cause) {
      // as a stream of its own would fail: before the event
      return cause instanceof RelayError ? cause : uncheckable(changed, cause)
    }
    try {
      if (snapshot && change.event.value('operationType') === 'invalidate') return replaced(change.resumeToken)
      const given = withShortToken(change, maxTokenLength)
      const seen = view ? view(given) : given
      const wanted = seen && toWanted(seen)
      return wanted && encode(wanted)
    } catch (cause) {
      // the event's own position, so that who continues from there gets past it
      if (cause instanceof RelayError) return cause.at(change.resumeToken)
      return uncheckable(change, cause)
    }
  }

  return {
    key: spec.key,
    stream,
    live,
    others,
    images,
    announcesStart: request.announceStart === true,
    announcesInterruptions: request.announceInterruptions === true,
    announcesPositions: request.announcePositions === true,
    snapshot,
    sealToken,
    encode(change) {
      const token = sealToken(change.resumeToken)
      return encode(token === change.resumeToken ? change : madeChange(token, change.event.decode()))
    },
    payloadOf,
    payloadAt(seq) {
      const known = payloads.get(seq)
      if (known) return known
      const payload = payloadOf(log.changeAt(seq), log.at(seq).images)
      if (Buffer.isBuffer(payload)) cache.put(payloads, seq, payload)
      return payload
    },
  }
}

// neither shown unchecked nor lost without a word
function uncheckable({ resumeToken }: Change, cause: unknown): RelayError {
  const message = 'An event cannot be checked against what may be seen of it'
  return new RelayError('UPSTREAM_FAILED', message, { cause, resumeToken })
}

function withShortToken(change: Change, maxLength: number): Change {
  const resumeToken = toGivenToken(change.resumeToken, maxLength)
  return resumeToken === change.resumeToken ? change : { ...change, resumeToken }
}

/** What {@link collectBatch} gives. */
export interface CollectedBatch {
  readonly batch: Batch
  /** The number of the first event that the batch leaves out. */
  readonly next: number
  /**
   * What ends the subscribers who have had the batch, when the event `next` must not be sent, or cannot be. Without a
   * position, it ends them before that.
   */
  readonly failure: RelayError | undefined
}

/** A batch of the events from `from` on that are after `minKey`. */
export function collectBatch(cohort: Cohort, log: Log, from: number, to: number, minKey = ''): CollectedBatch {
  const payloads: Buffer[] = []
  const tokens: string[] = []
  let bytes = 0
  let next = from
  let failure: RelayError | undefined
  while (next < to && next - from < MAX_BATCH_EVENTS && bytes < MAX_BATCH_BYTES) {
    const { token } = log.at(next)
    const payload = token > minKey ? cohort.payloadAt(next) : undefined
    if (payload instanceof RelayError) {
      failure = payload
      break
    }
    next++
    if (payload === undefined) continue
    payloads.push(payload)
    tokens.push(cohort.sealToken(token))
    bytes += payload.length
  }
  return { batch: { payloads, tokens, bytes }, next, failure }
}

/** A batch of one event for subscribers of a cohort. */
export function batchOf(cohort: Cohort, payload: Buffer, token: string): Batch {
  return { payloads: [payload], tokens: [cohort.sealToken(token)], bytes: payload.length }
}
