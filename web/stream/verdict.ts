import type { End, StreamError } from './attempt-events.ts'

/**
 * What to do after a stream ended: `retry` from the last token, or from `resumeToken` where the page has none yet; `skip`
 * what cannot be had, say that there is a gap and go on (after `resumeToken` where there is one, else with what the relay
 * remembers); or `fail` until the person acts.
 */
export type Verdict =
  | { readonly action: 'retry'; readonly reason: string; readonly resumeToken: string | null }
  | { readonly action: 'skip'; readonly reason: string; readonly resumeToken: string | null }
  | { readonly action: 'fail'; readonly reason: string }

// the relay refuses these the same way however often they are sent
const PERMANENT_CODES = new Set(['BAD_USER_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN', 'GRAPHQL_VALIDATION_FAILED'])
const GAP_CODES = new Set(['RESUME_TOKEN_INVALID', 'HISTORY_LOST'])

// graphql-transport-ws: malformed message, not authorized, forbidden, subprotocol refused
const PERMANENT_CLOSE_CODES = new Set([4400, 4401, 4403, 4406])

function fromError(error: StreamError, startAfter: string | null): Verdict {
  const { code, resumeToken: given } = error.extensions ?? {}
  const resumeToken = typeof given === 'string' ? given : null
  const reason = error.message
  if (typeof code !== 'string') return { action: 'retry', reason, resumeToken }
  if (PERMANENT_CODES.has(code)) return { action: 'fail', reason }
  // without a token in the request there is nothing to give up, and skipping would repeat the same request at once
  if (GAP_CODES.has(code) && startAfter !== null) return { action: 'skip', reason, resumeToken: null }
  if (code === 'EVENT_TOO_LARGE') {
    // only a token further on leads past the event; the same one would lead to it again
    if (resumeToken !== null && resumeToken !== startAfter) return { action: 'skip', reason, resumeToken }
    return { action: 'fail', reason }
  }
  return { action: 'retry', reason, resumeToken }
}

function toCloseReason(code: number | null, text: string): string {
  switch (code) {
    case null:
    case 1005:
    case 1006:
      return 'The relay cannot be reached'
    case 1001:
    case 1012:
      return 'The relay is restarting'
    case 4499:
      return 'The relay does not answer'
    default:
      return `The relay closed the connection (${[code, text].filter(Boolean).join(': ')})`
  }
}

/**
 * Decides what follows the end of a stream.
 *
 * @param end how the stream ended.
 * @param startAfter the last token the page has; null when it has none.
 */
export function toVerdict(end: End, startAfter: string | null): Verdict {
  switch (end.kind) {
    case 'errors': {
      const [error] = end.errors
      return error === undefined
        ? { action: 'retry', reason: 'The relay reported an error', resumeToken: null }
        : fromError(error, startAfter)
    }
    case 'completed':
      return { action: 'retry', reason: 'The relay ended the subscription', resumeToken: null }
    case 'closed': {
      const reason = toCloseReason(end.code, end.reason)
      return end.code !== null && PERMANENT_CLOSE_CODES.has(end.code)
        ? { action: 'fail', reason }
        : { action: 'retry', reason, resumeToken: null }
    }
  }
}
