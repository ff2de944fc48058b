import type { Deployment } from '../changes/deployment.ts'
import type { Scope } from '../changes/scope.ts'
import { diagnose } from '../changes/server-errors.ts'
import { sleep } from '../changes/sleep.ts'
import type { OutageOptions } from '../changes/watch.ts'
import { watch } from '../changes/watch.ts'
import type { PositionRing } from './position-ring.ts'

/** Options of {@link startRecorder}. */
export interface RecorderOptions {
  readonly deployment: Deployment
  readonly scope: Scope
  /** Receives the positions. */
  readonly ring: PositionRing
  /** Ends the recorder. */
  readonly signal: AbortSignal
  readonly outage: OutageOptions
  /** Receives a line when MongoDB cannot be watched, and when it can again. */
  readonly log: (line: string) => void
  /** How long to wait after an error that trying again does not mend, in milliseconds. Default 10,000. */
  readonly retryMs?: number
}

/** A recorder at work. */
export interface Recorder {
  /** Settles when the stream is open, or when the first attempt failed. Never rejects. */
  readonly ready: Promise<void>
}

/**
 * Watches one scope for as long as the relay runs, and remembers the positions of its last events. Never gives up: it is
 * also what finds out, and says, that MongoDB cannot be reached or cannot serve change streams.
 *
 * Cost: one cursor, and one decoded event per change in the scope.
 */
export function startRecorder(options: RecorderOptions): Recorder {
  const { deployment, scope, ring, signal, log, retryMs = 10_000 } = options
  let markReady = () => {}
  const ready = new Promise<void>((resolve) => (markReady = resolve))
  let interrupted = false

  const outage: OutageOptions = {
    ...options.outage,
    startTimeoutMs: Infinity,
    outageLimitMs: Infinity,
    onInterrupted(error) {
      if (!interrupted) log(`${error.message}; trying again until it can`)
      interrupted = true
      markReady()
    },
    onOpen() {
      if (interrupted) log('MongoDB is being watched again')
      interrupted = false
      markReady()
    },
  }

  void record().catch((error: unknown) => {
    if (!signal.aborted) log(`The last changes are not remembered any more: ${String(error)}`)
  })
  return { ready }

  async function record(): Promise<void> {
    while (!signal.aborted) {
      try {
        const images = { fullDocument: 'default', fullDocumentBeforeChange: 'off' } as const
        for await (const change of watch(
          deployment,
          { scope, start: 'now', outage, onStart: ring.reset, onIdle: ring.advance, ...images },
          signal,
        )) {
          ring.push(change.resumeToken, change.event._id)
        }
      } catch (error) {
        markReady()
        if (signal.aborted) return
        if (!interrupted) log(diagnose(error).error.message)
        interrupted = true
        await sleep(retryMs, signal)
      }
    }
  }
}
