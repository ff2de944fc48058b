/** What a line of the log says besides its message. Never a document, a token or a URI with credentials. */
export interface LogFields {
  /** What it is about: a namespace as `db.coll` or `db`, empty for the whole deployment. */
  readonly ns?: string
  /** A code of `ERROR_CODES`. */
  readonly code?: string
  /** An error, with its stack. */
  readonly err?: unknown
  readonly [field: string]: unknown
}

/** Takes lines for an operator. `pino` is one, and so is whatever has these methods. */
export interface Logger {
  /** What helps to understand; many lines. */
  debug(fields: LogFields, message: string): void
  /** A change of state that asks for no action. */
  info(fields: LogFields, message: string): void
  /** What somebody should look at when it goes on. */
  warn(fields: LogFields, message: string): void
  /** What somebody has to act on. */
  error(fields: LogFields, message: string): void
}

const nothing = () => undefined

/** Takes nothing down. */
export const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }

/** The same logger where it works; one that throws loses its line, and nothing else fails with it. */
export function guarded(log: Logger): Logger {
  const at = (level: keyof Logger) => (fields: LogFields, message: string) => {
    try {
      log[level](fields, message)
    } catch {
      // there is no other place to say it
    }
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** The same logger with these fields in each of its lines. */
export function withFields(log: Logger, common: LogFields): Logger {
  const at = (level: keyof Logger) => (fields: LogFields, message: string) =>
    log[level]({ ...common, ...fields }, message)
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
