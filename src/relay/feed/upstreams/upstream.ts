import { setImmediate as turn } from 'node:timers/promises'
import type { ChangeSource } from '../../mongo/change-source.ts'
import type { StreamOptions } from '../../changes/stream-options.ts'
import type { Scope } from '../../changes/scope.ts'
import type { OutageOptions } from '../../mongo/watch.ts'
import type { RelayError } from '../../../errors.ts'
import { diagnose } from '../../mongo/failures/diagnose.ts'
import type { Log } from '../log.ts'

/** What happens to an upstream. */
export interface UpstreamEvents {
  /** So many events were appended to the log; to be delivered in this turn of the event loop. */
  readonly onEvents: (count: number) => void
  /** The same, where there are so many since the last time that they must be delivered now. */
  readonly onManyEvents: (count: number) => void
  /** The log's position moved on although nothing happened. */
  readonly onIdle: () => void
  /** The server cannot be reached, for the time being. */
  readonly onInterrupted: (error: RelayError) => void
  /** The stream is open: for the first time, or again. */
  readonly onOpen: () => void
  /** It is over, because of an error that trying again does not mend. */
  readonly onFailed: (error: RelayError) => void
}

/** Options of {@link startUpstream}. */
export interface UpstreamOptions extends UpstreamEvents {
  readonly source: ChangeSource
  readonly scope: Scope
  readonly chosen: StreamOptions
  readonly outage: OutageOptions
  /** Receives the events. */
  readonly log: Log
}

/** Events that are read before they are delivered, so that one write can carry several. */
const MAX_PENDING_EVENTS = 64

/** The same in bytes. */
const MAX_PENDING_BYTES = 262_144

/**
 * Reads one change stream into a log, from now on and across outages of whatever length.
 *
 * **Lifecycle**: eager; ends with the function that it gives, which closes the cursor, or by `onFailed`.
 * **Cost**: one cursor, and a copy of each event in the scope. Yields to sockets after each 64 events or so.
 */
export function startUpstream(options: UpstreamOptions): () => void {
  const { source, scope, chosen, log, onEvents, onManyEvents, onIdle, onFailed } = options
  const stopped = new AbortController()
  const { signal } = stopped
  const outage: OutageOptions = {
    ...options.outage,
    startTimeoutMs: Infinity,
    outageLimitMs: Infinity,
    onInterrupted: options.onInterrupted,
    onOpen: options.onOpen,
  }

  void read().catch((error: unknown) => {
    if (!signal.aborted) onFailed(diagnose(error).error)
  })
  return () => stopped.abort()

  async function read(): Promise<void> {
    let events = 0
    let bytes = 0
    for await (const changes of source.watch(
      {
        scope,
        ...chosen,
        start: 'now',
        outage,
        onStart: log.begin,
        onIdle: (token) => {
          log.advance(token)
          onIdle()
        },
      },
      signal,
    )) {
      for (const change of changes) {
        log.append(change)
        bytes += change.raw.length
      }
      events += changes.length
      if (events < MAX_PENDING_EVENTS && bytes < MAX_PENDING_BYTES) {
        onEvents(changes.length)
        continue
      }
      events = 0
      bytes = 0
      onManyEvents(changes.length)
      await turn()
    }
  }
}
