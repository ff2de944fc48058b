import { setImmediate as turn } from 'node:timers/promises'
import type { RelayError } from '../../../errors.ts'
import { type ChangeSource, type SourceEvent, toSourceError, type WatchOptions } from '../../changes/change-source.ts'
import type { Images } from '../../changes/images.ts'
import type { Position } from '../../changes/position.ts'
import type { Scope } from '../../changes/scope.ts'
import type { StreamOptions } from '../../changes/stream-options.ts'
import { positionKey } from '../../changes/tokens/token-order.ts'

/** What an upstream reports, in order: what its source does, and last that it is over. */
export type UpstreamEvent = SourceEvent | UpstreamRestart | UpstreamEnd

/** What was before its present cannot be had, or takes too long: all that follows comes after another position. */
export interface UpstreamRestart {
  readonly type: 'restarted'
  readonly position: Position
}

/** It is over, because of an error that trying again does not mend. */
export interface UpstreamEnd {
  readonly type: 'ended'
  readonly error: RelayError
}

/** What is read, and from when on. */
export interface UpstreamOptions {
  readonly source: ChangeSource
  readonly scope: Scope
  /** What is required is asked for where it is to be had, and looked at by those who require it. */
  readonly chosen: Images & Pick<StreamOptions, 'showExpandedEvents'>
  /** How long before now it begins, in milliseconds, if that can be had. */
  readonly warmStartMs: number
  /** Where it goes on instead. */
  readonly from?: UpstreamPlace | undefined
}

/** Where another upstream of the same scope has got to. */
export interface UpstreamPlace {
  readonly position: Position
  /** The other's present, where it has not got there yet. */
  readonly present: Position | undefined
  /** See `WatchOptions`. */
  readonly wasOpen: boolean
}

/** Events that are read before they are delivered, so that one write can carry several. */
const MAX_PENDING_EVENTS = 64

/** The same in bytes. */
const MAX_PENDING_BYTES = 262_144

/** How long reading what was before may take, in milliseconds: those who start now wait for it. */
const WARM_LIMIT_MS = 5_000

/** Thrown and caught in this file. */
const TOO_SLOW = new Error('It takes too long to get from what was before to the present')

/**
 * Reads a scope from now on, from a while before, or from where another one has got to, across outages of whatever
 * length.
 *
 * **Lifecycle**: eager; ends with the function that it gives, after which it reports nothing, or with its report.
 * **Cost**: one cursor. Yields to sockets after each 64 events or so.
 *
 * @param on called with each report, never before this has returned
 */
export function startUpstream(options: UpstreamOptions, on: (event: UpstreamEvent) => void): () => void {
  const { source, scope, chosen, warmStartMs, from } = options
  const stopped = new AbortController()
  const { signal } = stopped

  void read().catch((error: unknown) => {
    if (!signal.aborted) on({ type: 'ended', error: toSourceError(error) })
  })
  return () => stopped.abort()

  async function read(): Promise<void> {
    if (from && !from.present) return follow(startAt(from), signal, on)
    const present = from || warmStartMs > 0 ? await readWarm() : 'now'
    if (present !== 'now') on({ type: 'restarted', position: present })
    await follow({ start: present }, signal, on)
  }

  /** Reads for as long as it can; gives where to begin when it cannot have what was before. */
  async function readWarm(): Promise<Position | 'now'> {
    const slow = new AbortController()
    let limit: NodeJS.Timeout | undefined
    let present: Position | 'now' = from?.present ?? 'now'
    let presentKey = present === 'now' ? '' : positionKey(present)
    let isWarm = false
    try {
      const until = AbortSignal.any([signal, slow.signal])
      await follow(from ? startAt(from) : { start: 'now', earlierMs: warmStartMs }, until, (event) => {
        if (event.type === 'open' && limit === undefined) {
          if (present === 'now' && event.present) {
            present = event.present
            presentKey = positionKey(present)
          }
          if (present !== 'now') limit = setTimeout(() => slow.abort(TOO_SLOW), WARM_LIMIT_MS)
        }
        if (event.type === 'batch' && !isWarm && event.position >= presentKey) {
          isWarm = true
          clearTimeout(limit)
        }
        on(event)
      })
    } catch (error) {
      if (signal.aborted || isWarm) throw error
    } finally {
      clearTimeout(limit)
    }
    return present
  }

  async function follow(
    begin: Pick<WatchOptions, 'start' | 'earlierMs' | 'wasOpen'>,
    until: AbortSignal,
    report: (event: SourceEvent) => void,
  ): Promise<void> {
    let events = 0
    let bytes = 0
    for await (const event of source.watch({ scope, ...chosen, ...begin }, until)) {
      until.throwIfAborted()
      report(event)
      if (event.type !== 'batch') continue
      events += event.events.length
      for (const { raw } of event.events) bytes += raw.length
      if (events < MAX_PENDING_EVENTS && bytes < MAX_PENDING_BYTES) continue
      events = 0
      bytes = 0
      await turn()
    }
  }
}

function startAt({ position, wasOpen }: UpstreamPlace): Pick<WatchOptions, 'start' | 'wasOpen'> {
  return { start: position, wasOpen }
}
