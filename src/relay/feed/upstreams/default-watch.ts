import { type Scope, scopeKey } from '../../changes/scope.ts'
import type { RelayError } from '../../../errors.ts'
import type { LogFields, Logger } from '../../../util/logs/logger.ts'
import type { FittedEvent } from './fitted-upstream.ts'

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
  /** Takes what the stream of the scope reports. */
  on(event: FittedEvent): void
  stop(): void
}

/** Follows the stream of the default scope, and says once when it is interrupted and when it goes on. */
export function createDefaultWatch({ scope, log, toLogFields, retryMs, reopen }: DefaultWatchOptions): DefaultWatch {
  let trouble: string | undefined = 'MongoDB is not being watched yet'
  let wasInterrupted = false
  let retry: NodeJS.Timeout | undefined
  let markReady = () => {}
  const ready = new Promise<void>((resolve) => (markReady = resolve))

  const fail = (level: 'warn' | 'error', error: RelayError, message: string) => {
    trouble = error.message
    if (!wasInterrupted) log[level]({ ns: scopeKey(scope), ...toLogFields(error) }, message)
    wasInterrupted = true
    markReady()
  }

  return {
    ready,
    trouble: () => trouble,
    on(event) {
      switch (event.type) {
        case 'open':
          if (wasInterrupted) log.info({}, 'MongoDB is being watched again')
          wasInterrupted = false
          trouble = undefined
          return markReady()
        case 'interrupted':
          return fail('warn', event.error, `${event.error.message}; trying again until it can`)
        case 'ended':
          fail('error', event.error, event.error.message)
          retry = setTimeout(reopen, retryMs)
          return
        case 'batch':
        case 'restarted':
        case 'reduced':
      }
    },
    stop() {
      trouble = 'The relay is shutting down'
      clearTimeout(retry)
    },
  }
}
