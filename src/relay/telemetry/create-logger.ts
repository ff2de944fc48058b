import { type LogFields, type Logger, SILENT } from '../../util/logs/logger.ts'
import { redacted } from './redacted.ts'
import { textLine } from './text-line.ts'

/** The levels of {@link Logger}, the least severe first. */
const LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** Options of {@link createLogger}. */
export interface LoggerOptions {
  /** The least severe level that is written. */
  readonly level: (typeof LEVELS)[number] | 'silent'
  /** JSON with a line for each entry, as `pino` writes it, or lines for people. */
  readonly format: 'json' | 'text'
  /** Takes a line with its end. */
  readonly write: (line: string) => void
  /** Clock for the lines for people. Default: the time of day. */
  readonly now?: () => Date
}

/** A logger that writes nothing secret: URIs lose their credentials, errors what drivers hang on them. */
export async function createLogger(options: LoggerOptions): Promise<Logger> {
  if (options.level === 'silent') return SILENT
  const below = options.format === 'json' ? await jsonLogger(options) : textLogger(options)
  const wrap = (level: (typeof LEVELS)[number]) => (fields: LogFields, message: string) =>
    below[level](redacted(fields), message)
  return { debug: wrap('debug'), info: wrap('info'), warn: wrap('warn'), error: wrap('error') }
}

async function jsonLogger({ level, write }: LoggerOptions): Promise<Logger> {
  // on demand: a terminal does not need it
  // the one name that it has in a bundle, too
  const { default: pino } = await import('pino')
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // done by then
      serializers: { err: (err: unknown) => err },
    },
    { write },
  )
  const at = (name: (typeof LEVELS)[number]) => (fields: LogFields, message: string) => logger[name](fields, message)
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

function textLogger({ level, write, now = () => new Date() }: LoggerOptions): Logger {
  const least = LEVELS.findIndex((name) => name === level)
  const at = (name: (typeof LEVELS)[number]) => (fields: LogFields, message: string) => {
    if (LEVELS.indexOf(name) >= least) write(textLine(name, now(), fields, message))
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
