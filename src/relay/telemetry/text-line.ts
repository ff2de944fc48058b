import type { LoggedError } from './redacted.ts'

/**
 * A line of the log for people, such as `12:00:01 WARN  MongoDB cannot be reached  code=UPSTREAM_FAILED`, and stacks
 * below.
 */
export function textLine(
  level: string,
  time: Date,
  fields: Readonly<Record<string, unknown>>,
  message: string,
): string {
  const { err, ...others } = fields
  const pairs = Object.entries(others)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${shown(value)}`)
  const head = `${time.toISOString().slice(11, 19)} ${level.toUpperCase().padEnd(5)} ${message}`
  const line = pairs.length === 0 ? head : `${head}  ${pairs.join(' ')}`
  return `${line}\n${isLoggedError(err) ? stackOf(err) : ''}`
}

// quoted where that is needed to tell where it ends, so that no value can look like another line
function shown(value: unknown): string {
  return typeof value === 'string' && /^[\w.:/@*+-]+$/.test(value) ? value : JSON.stringify(value)
}

function stackOf({ type, message, stack, cause }: LoggedError): string {
  const text = stack ?? `${type}: ${message}`
  return `${text.replaceAll(/^/gm, '  ')}\n${cause ? `  caused by\n${stackOf(cause)}` : ''}`
}

function isLoggedError(value: unknown): value is LoggedError {
  return typeof value === 'object' && value !== null && 'type' in value && 'message' in value
}
