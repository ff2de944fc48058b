import { isForGood } from '../errors.ts'
import type { End, WireError } from './connection/end.ts'
import type { WatchErrorCode } from './watch-error.ts'

/**
 * What follows: another attempt, or the end for good. `resumeToken` is where the relay says to continue; `isOrderly`
 * says that it ends the connection because its time is over, and not because something fails.
 */
export type NextStep = { readonly reason: string; readonly resumeToken: string | undefined } & (
  { readonly action: 'retry'; readonly isOrderly?: true } | { readonly action: 'fail'; readonly code: WatchErrorCode }
)

// graphql-transport-ws; every other code, also one that stock clients take for fatal, is worth another attempt. A relay
// closes with 4403 because of who asks, never because of what is asked for: errors say that.
const FINAL_CLOSE_CODES: Readonly<Record<number, WatchErrorCode>> = {
  4400: 'PROTOCOL_ERROR',
  4401: 'UNAUTHENTICATED',
  4403: 'UNAUTHENTICATED',
  4406: 'PROTOCOL_ERROR',
}

/** Decides what follows the end of a connection. */
export function nextStep(end: End): NextStep {
  switch (end.kind) {
    case 'errors':
      return fromError(end.errors[0] ?? { message: 'The relay reported an error without saying which' })
    case 'completed':
      return { action: 'retry', reason: 'The relay ended the subscription', resumeToken: undefined }
    case 'closed': {
      const code = end.code === null ? undefined : FINAL_CLOSE_CODES[end.code]
      const reason = toCloseReason(end.code, end.reason)
      return code === undefined
        ? { action: 'retry', reason, resumeToken: undefined }
        : { action: 'fail', code, reason, resumeToken: undefined }
    }
  }
}

/** Why a connection ended, for people. */
function toCloseReason(code: number | null, text: string): string {
  switch (code) {
    case null:
      return text === '' ? 'The relay cannot be reached' : `The relay cannot be reached: ${text}`
    // no close frame came: how a browser reports whatever went wrong with the network
    case 1005:
    case 1006:
      return 'The relay cannot be reached'
    case 1001:
    case 1012:
      return 'The relay is restarting'
    // the relay's own words on the credentials, without the code's name before them
    case 4403:
      return text.replace(/^Forbidden(: |$)/, '') || 'The relay does not take the credentials'
    // the client's own: no acknowledgement or no answer to a ping in time
    case 4499:
      return 'The relay does not answer'
    default:
      return `The relay closed the connection (${[code, text].filter(Boolean).join(': ')})`
  }
}

function fromError({ message: reason, extensions }: WireError): NextStep {
  const { code, resumeToken: given } = extensions ?? {}
  const resumeToken = typeof given === 'string' ? given : undefined
  // without a code, or with GraphQL's own, it is the executor that refuses the document: a relay of another version
  if (typeof code !== 'string' || code.startsWith('GRAPHQL_')) {
    return { action: 'fail', code: 'BAD_USER_INPUT', reason, resumeToken }
  }
  // also a masked error, which the next attempt may not run into, and a code of the future
  if (isForGood(code)) return { action: 'fail', code, reason, resumeToken }
  return { action: 'retry', reason, resumeToken, ...(code === 'SHUTTING_DOWN' ? { isOrderly: true } : {}) }
}
