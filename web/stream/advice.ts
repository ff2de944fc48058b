import type { WatchErrorCode } from '../../src/client/index.ts'

/** What a person can do about an error that ends a watch. One sentence, with its period. */
const ADVICE: Readonly<Partial<Record<WatchErrorCode, string>>> = {
  BAD_USER_INPUT: 'Choose what to watch above, or reload the page.',
  FORBIDDEN: 'Watch something that you may see, or ask the people who run Tailrace.',
  HISTORY_LOST: 'Choose a later start above.',
  RESUME_TOKEN_INVALID: 'Choose where to start above.',
  PROTOCOL_ERROR: 'What answers at this address may be no Tailrace relay: look at the proxy in front of it.',
}

/** Gives what a person can do about an error that ended a watch; at worst, to try again. */
export function toAdvice(code: WatchErrorCode | undefined): string {
  return (code === undefined ? undefined : ADVICE[code]) ?? 'Try again, or reload the page.'
}
