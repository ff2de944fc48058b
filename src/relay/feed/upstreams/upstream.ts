import { setImmediate as turn } from 'node:timers/promises'
import type { RelayError } from '../../../errors.ts'
import { type ChangeSource, type SourceEvent, toSourceError } from '../../changes/change-source.ts'
import type { Scope } from '../../changes/scope.ts'
import type { StreamOptions } from '../../changes/stream-options.ts'

/** What an upstream reports, in order: what its source does, and last that it is over. */
export type UpstreamEvent = SourceEvent | UpstreamEnd

/** It is over, because of an error that trying again does not mend. */
export interface UpstreamEnd {
  readonly type: 'ended'
  readonly error: RelayError
}

/** Events that are read before they are delivered, so that one write can carry several. */
const MAX_PENDING_EVENTS = 64

/** The same in bytes. */
const MAX_PENDING_BYTES = 262_144

/**
 * Reads a scope from now on, across outages of whatever length.
 *
 * **Lifecycle**: eager; ends with the function that it gives, after which it reports nothing, or with its report.
 * **Cost**: one cursor. Yields to sockets after each 64 events or so.
 *
 * @param on called with each report, never before this has returned
 */
export function startUpstream(
  source: ChangeSource,
  scope: Scope,
  chosen: StreamOptions,
  on: (event: UpstreamEvent) => void,
): () => void {
  const stopped = new AbortController()
  const { signal } = stopped

  void read().catch((error: unknown) => {
    if (!signal.aborted) on({ type: 'ended', error: toSourceError(error) })
  })
  return () => stopped.abort()

  async function read(): Promise<void> {
    let events = 0
    let bytes = 0
    for await (const event of source.watch({ scope, ...chosen, start: 'now' }, signal)) {
      if (signal.aborted) return
      on(event)
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
