import { tokenSeconds } from '../../changes/tokens/token-order.ts'
import type { Batch } from '../../feed/sink.ts'
import type { Answer } from '../http/answer.ts'
import type { AnswerHeaders, RequestHeaders } from '../http/headers.ts'
import { COMMON_HEADERS } from '../http/security-headers.ts'
import { toCursor } from './log-cursor.ts'
import type { LogMode } from './log-request.ts'
import type { Chunk } from '../../feed/read-chunk.ts'

/** What an answer says besides the events. */
export interface LogAnswerOptions {
  readonly mode: LogMode
  readonly offset: string
  readonly cursor: number | undefined
  readonly headers: RequestHeaders
  /** Who may keep it: everybody's cache, the caller's own, or none. */
  readonly keptBy: 'public' | 'private' | undefined
  /** A token as a server made it. */
  readonly opened: (token: string) => string
}

/**
 * How far a position may move on while nothing happens before that is told, in seconds. Until then everybody who has
 * had the last event asks the same, whenever they came; after that their position must move, or the oplog would leave
 * it behind.
 */
const SAME_OFFSET_S = 60

/** What follows a position never changes; an old answer is a shorter one. */
const WITH_EVENTS = 'max-age=60, stale-while-revalidate=300'

/** Long enough for those who ask at once, short enough for those who wait. */
const WITHOUT_EVENTS = 'max-age=1'

const bodies = new WeakMap<Batch, Buffer>()

/** A chunk of a log as an answer, or that the caller has it already. */
export function logAnswer({ batches, position, isUpToDate }: Chunk, options: LogAnswerOptions): Answer {
  const { mode, offset, cursor, headers: asked, keptBy, opened } = options
  const next = batches.length > 0 || isFar(offset, position, opened) ? position : offset
  const age = batches.length > 0 ? WITH_EVENTS : WITHOUT_EVENTS
  const headers: AnswerHeaders = {
    ...COMMON_HEADERS,
    'Stream-Next-Offset': next,
    'Stream-Cursor': toCursor(opened(next), cursor),
    ...(isUpToDate ? { 'Stream-Up-To-Date': 'true' } : {}),
    'Cache-Control': keptBy === undefined || offset === 'now' ? 'no-store' : `${keptBy}, ${age}`,
  }
  if (batches.length === 0 && mode === 'long-poll') return { status: 204, headers }
  const etag = `"${offset}:${next}"`
  const own = { 'Content-Type': 'application/json', ...(offset === 'now' ? {} : { ETag: etag }), ...headers }
  const isKnown = offset !== 'now' && (asked['if-none-match'] ?? '').split(/\s*,\s*/).some((tag) => isSame(tag, etag))
  return isKnown ? { status: 304, headers: own } : { status: 200, headers: own, body: bodyOf(batches) }
}

function isFar(offset: string, position: string, opened: (token: string) => string): boolean {
  if (offset === '-1' || offset === 'now') return true
  const from = tokenSeconds(opened(offset))
  const to = tokenSeconds(opened(position))
  return from === undefined || to === undefined || to - from >= SAME_OFFSET_S
}

// compared weakly, because a proxy that compresses makes it weak
function isSame(tag: string, etag: string): boolean {
  return tag.replace(/^W\//, '') === etag
}

// those who wait for the same event get the same batch
function bodyOf(batches: readonly Batch[]): Buffer {
  const [first] = batches
  if (!first || batches.length > 1) return toArray(batches.flatMap(({ payloads }) => payloads))
  const known = bodies.get(first)
  if (known) return known
  const made = toArray(first.payloads)
  bodies.set(first, made)
  return made
}

function toArray(events: readonly Buffer[]): Buffer {
  return Buffer.concat([
    Buffer.from('['),
    ...events.flatMap((event, index) => (index === 0 ? [event] : [Buffer.from(',\n'), event])),
    Buffer.from(']'),
  ])
}
