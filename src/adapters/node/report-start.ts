import { guarded, type Logger } from '../../util/logs/logger.ts'

/** Gives what tells those who mount a relay why it cannot start: their log, or else the console. */
export function startReporter(log: Logger | undefined): (error: unknown) => void {
  if (!log) return (error) => console.error('The relay cannot start:', error)
  return (err) => guarded(log).error({ err }, 'The relay cannot start')
}
