import type { Change } from '../changes/change.ts'
import { hasImages, type Images, NO_IMAGES } from '../changes/images.ts'
import { type Position, tokenFor } from '../changes/position.ts'
import { fromTokenString } from '../changes/tokens/resume-token.ts'
import { isOfEvent } from '../changes/tokens/short-token.ts'
import { toChange } from '../changes/to-change.ts'
import { isHighWaterMark, positionKey } from '../changes/tokens/token-order.ts'
import { MAX_LAST } from './request.ts'

/** One event of the window. */
export interface LogEntry {
  readonly token: string
  /** A position that comes after the event before this one; `undefined` when none is known. */
  readonly before: string | undefined
  /** What it was read with. */
  readonly images: Images
  readonly raw: Uint8Array
}

/** Bounds of {@link createLog}; the newest event is kept in any case. */
export interface LogLimits {
  /** Size of all events together as BSON, in bytes. */
  readonly maxBytes: number
  readonly maxEvents: number
}

/** A window of the last events of an upstream. Events are numbered from 0 on, for as long as the log lives. */
export interface Log {
  /** The number of the oldest event in the window. */
  readonly start: number
  /** The number that the next event will have. */
  readonly end: number
  readonly bytes: number
  /** Everything after this key is in the log; `undefined` until the stream has a position. */
  readonly origin: string | undefined
  /** The last position that the upstream gave; everything up to it is in the log, or was before it was trimmed. */
  readonly reached: string | undefined
  /** Where the log began; `undefined` until the stream has a position. */
  readonly startedAt: Position | undefined
  /**
   * What is before this key is read to serve those who come back: nobody has all of the log before it is reached. Empty
   * where the log began at its present.
   */
  readonly warmUntil: string
  /** When it was opened; `undefined` until the stream has a position. */
  readonly present: Position | undefined
  /**
   * Sets the position before the first event.
   *
   * @param present absent: it begins at its present
   */
  begin(position: Position, present?: Position): void
  /** Forgets all events, and begins again at another position: whoever is anywhere in the log has fallen out of it. */
  restart(position: Position): void
  /** Notes that what is added from now on is read with these images. */
  readWith(images: Images): void
  /**
   * The key from which on all events have the images that are needed; `undefined` where those that are added do not,
   * either.
   */
  imagesSince(needed: Images): string | undefined
  /** Whether all events after a key, and those that are added, have the images that are needed. */
  hasImagesAfter(key: string, needed: Images): boolean
  /** Puts an event, read again with other images, in the place of the same in the window, if it is there. */
  fill(change: Change, images: Images): void
  /** Notes that all events after a key have been filled with images that those that are added have, too. */
  filledSince(key: string, images: Images): void
  /** Adds an event at the end. */
  append(change: Change): void
  /** Notes that nothing happened up to a position. */
  advance(token: string): void
  /** Forgets the oldest events until the limits are kept. */
  trim(): void
  /** The entry of an event in the window. */
  at(seq: number): LogEntry
  /** The event, decoded; kept in this form until {@link Log.trim}, because all cohorts look at it one after another. */
  changeAt(seq: number): Change
  /** A token that comes before the event of a number, also of the next one, and after all that are before that. */
  tokenBefore(seq: number): string
  /** Whether everything after a key is in the log. */
  hasAfter(key: string): boolean
  /** The number of the first event after a key. Cost: logarithmic in the window. */
  after(key: string): number
  /**
   * Whether a subscriber can continue after this token from the log alone: it names one of its events, or a time in it.
   */
  covers(token: string): boolean
  /**
   * Where the last `count` events begin, or as many as there were: in the window or a little before it, because
   * positions are remembered of 100 events that have left it. `undefined` when nothing is known.
   */
  last(count: number): Position | undefined
}

/**
 * How many positions are remembered of events that have left the window: one before the oldest that can be asked for.
 */
const MAX_TRIMMED = MAX_LAST + 1

/** An empty log. */
export function createLog({ maxBytes, maxEvents }: LogLimits): Log {
  // those before `head` are gone
  let entries: LogEntry[] = []
  let head = 0
  let start = 0
  let bytes = 0
  let startedAt: Position | undefined
  let origin: string | undefined
  let reached: string | undefined
  let warmUntil = ''
  let present: Position | undefined
  let trimmed: string[] = []
  let decoded = new Map<number, Change>()
  let images = NO_IMAGES
  let documentsSince = ''
  let beforeSince = ''

  const end = () => start + entries.length - head
  const at = (seq: number): LogEntry => {
    const entry = seq < start ? undefined : entries[head + seq - start]
    if (entry === undefined) throw new RangeError(`Event ${seq} is not in the window from ${start} to ${end()}`)
    return entry
  }
  const after = (key: string): number => {
    let low = start
    let high = end()
    while (low < high) {
      const middle = (low + high) >>> 1
      if (at(middle).token > key) high = middle
      else low = middle + 1
    }
    return low
  }

  const imagesSince = (needed: Images): string | undefined => {
    if (!hasImages(images, needed)) return undefined
    const documents = needed.fullDocument === 'default' ? '' : documentsSince
    const before = needed.fullDocumentBeforeChange === 'off' ? '' : beforeSince
    return documents > before ? documents : before
  }

  function begin(position: Position, presentPosition?: Position): void {
    startedAt = position
    origin = positionKey(position)
    present = presentPosition ?? position
    warmUntil = presentPosition ? positionKey(presentPosition) : ''
  }

  return {
    at,
    after,
    get start() {
      return start
    },
    get end() {
      return end()
    },
    get bytes() {
      return bytes
    },
    get origin() {
      return origin
    },
    get reached() {
      return reached
    },
    get startedAt() {
      return startedAt
    },
    get present() {
      return present
    },
    get warmUntil() {
      return warmUntil
    },
    imagesSince,
    readWith(next) {
      const here = reached ?? origin ?? ''
      if (next.fullDocument !== images.fullDocument) documentsSince = here
      if (next.fullDocumentBeforeChange !== images.fullDocumentBeforeChange) beforeSince = here
      images = next
    },
    hasImagesAfter(key, needed) {
      const since = imagesSince(needed)
      return since !== undefined && key >= since
    },
    fill(change, filled) {
      const { resumeToken: token, raw } = change
      const seq = after(token) - 1
      if (seq < start) return
      const known = at(seq)
      if (known.token !== token) return
      entries[head + seq - start] = { token, raw, before: known.before, images: filled }
      bytes += raw.length - known.raw.length
      decoded.delete(seq)
    },
    filledSince(key, filled) {
      if (filled.fullDocument !== 'default') documentsSince = earliest(documentsSince, key)
      if (filled.fullDocumentBeforeChange !== 'off') beforeSince = earliest(beforeSince, key)
    },
    // nothing has been forgotten where none is known
    tokenBefore: (seq) => (seq < end() ? at(seq).before : reached) ?? (startedAt ? tokenFor(startedAt) : ''),
    hasAfter: (key) => origin !== undefined && key >= origin,
    begin,
    restart(position) {
      // no number of before is one of now, not even that of the next event
      start = end() + 1
      entries = []
      head = 0
      bytes = 0
      decoded = new Map()
      trimmed = []
      reached = undefined
      begin(position)
    },
    append(change) {
      const { resumeToken: token, raw } = change
      decoded.set(end(), change)
      entries.push({ token, raw, before: reached, images })
      bytes += raw.length
      reached = token
    },
    advance(token) {
      reached = token
    },
    trim() {
      decoded = new Map()
      while (entries.length - head > 1 && (bytes > maxBytes || entries.length - head > maxEvents)) {
        const { token, raw } = at(start)
        trimmed.push(token)
        origin = token
        bytes -= raw.length
        head++
        start++
      }
      if (trimmed.length > 2 * MAX_TRIMMED) trimmed = trimmed.slice(-MAX_TRIMMED)
      // seldom, so that forgetting an event costs the same however long the window is
      if (head > 64 && head > entries.length / 2) {
        entries = entries.slice(head)
        head = 0
      }
    },
    changeAt(seq) {
      const known = decoded.get(seq)
      if (known) return known
      const change = toChange(at(seq).raw)
      decoded.set(seq, change)
      return change
    },
    covers(token) {
      if (origin === undefined || reached === undefined) return false
      if (isOfEvent(token, origin)) return true
      if (isHighWaterMark(token)) return token >= origin && token <= reached
      const next = after(token)
      return next > start && isOfEvent(token, at(next - 1).token)
    },
    last(count) {
      const seq = end() - count
      if (seq > start) return { after: fromTokenString(at(seq - 1).token) }
      const known = trimmed.slice(-MAX_TRIMMED)
      const token = known[Math.max(0, known.length - 1 - (start - seq))]
      return token === undefined ? startedAt : { after: fromTokenString(token) }
    },
  }
}

function earliest(one: string, other: string): string {
  return one < other ? one : other
}
