import { type Scope, scopeKey } from '../../changes/scope.ts'
import type { RelayError } from '../../../errors.ts'
import type { LogFields, Logger } from '../../../util/logger.ts'

/** Options of {@link createDefaultWatch}. */
export interface DefaultWatchOptions {
  readonly scope: Scope
  readonly log: Logger
  /** What the log tells of an error. */
  readonly toLogFields: (error: RelayError) => LogFields
  /** How long to wait after an error that trying again does not mend, in milliseconds. */
  readonly retryMs: number
  /** Opens the stream of the default scope again. */
  readonly reopen: () => void
}

/** What is known of the scope that is always watched: it is what finds out, and says, whether MongoDB can serve. */
export interface DefaultWatch {
  /** Settles when the scope is being watched, or when that failed at first. Never rejects. */
  readonly ready: Promise<void>
  /** Why it is not being watched now, for an operator; `undefined` while it is. */
  trouble(): string | undefined
  onOpen(): void
  /** @param isOver whether the stream failed for good, so that it must be opened again */
  onTrouble(error: RelayError, isOver: boolean): void
  stop(): void
}

/** Follows the stream of the default scope, and says once when it is interrupted and when it goes on. */
export function createDefaultWatch({ scope, log, toLogFields, retryMs, reopen }: DefaultWatchOptions): DefaultWatch {
  let trouble: string | undefined = 'MongoDB is not being watched yet'
  let wasInterrupted = false
  let isStopped = false
  let retry: NodeJS.Timeout | undefined
  let markReady = () => {}
  const ready = new Promise<void>((resolve) => (markReady = resolve))

  return {
    ready,
    trouble: () => trouble,
    onOpen() {
      if (wasInterrupted) log.info({}, 'MongoDB is being watched again')
      wasInterrupted = false
      trouble = undefined
      markReady()
    },
    onTrouble(error, isOver) {
      // it ends on purpose
      if (isStopped) return
      trouble = error.message
      if (!wasInterrupted) {
        const message = isOver ? error.message : `${error.message}; trying again until it can`
        log[isOver ? 'error' : 'warn']({ ns: scopeKey(scope), ...toLogFields(error) }, message)
      }
      wasInterrupted = true
      markReady()
      if (isOver) retry = setTimeout(reopen, retryMs)
    },
    stop() {
      isStopped = true
      trouble = 'The relay is shutting down'
      clearTimeout(retry)
    },
  }
}
