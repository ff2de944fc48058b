import type { LogFields } from '../../util/logs/logger.ts'
import { redactUri } from '../../util/logs/redact.ts'

/** An error as the log shows it. */
export interface LoggedError {
  readonly type: string
  readonly message: string
  readonly code?: string | number
  readonly stack?: string
  readonly cause?: LoggedError
}

/** How deep causes are followed. */
const MAX_CAUSES = 4

/** Fields without credentials of URIs, in their strings and in what their errors say. */
export function redacted(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, redactedValue(value)]))
}

function redactedValue(value: unknown): unknown {
  if (typeof value === 'string') return redactUri(value)
  return value instanceof Error ? toLoggedError(value) : value
}

// named fields only: drivers hang whole replies, and with them documents, on their errors
function toLoggedError(error: Error, depth = 0): LoggedError {
  const { name, message, stack, cause } = error
  // a server's text can hold the command, and with it tokens and values
  const serverCode = 'codeName' in error ? String(error.codeName) : undefined
  const code = 'code' in error && ['string', 'number'].includes(typeof error.code) ? error.code : undefined
  return {
    type: name,
    message: serverCode ?? redactUri(message),
    // checked above
    ...(code === undefined ? {} : { code: code as string | number }),
    ...(stack === undefined
      ? {}
      : { stack: serverCode === undefined ? redactUri(stack) : placesOf(stack, serverCode) }),
    ...(cause instanceof Error && depth < MAX_CAUSES ? { cause: toLoggedError(cause, depth + 1) } : {}),
  }
}

function placesOf(stack: string, title: string): string {
  return [title, ...stack.split('\n').filter((line) => /^ +at /.test(line))].join('\n')
}
