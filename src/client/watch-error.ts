import type { ErrorCode } from '../errors.ts'

/** Why a watch ended: one of the relay's codes, or `PROTOCOL_ERROR`: what answers is no relay. */
export type WatchErrorCode = ErrorCode | 'PROTOCOL_ERROR'

/** What ends a watch for good: trying again would not help. */
export class WatchError extends Error {
  override readonly name = 'WatchError'
  /** Why, for programs. */
  readonly code: WatchErrorCode
  /** The last position known: pass it as `startAfter` to continue, where the code lets one. Absent before the first. */
  readonly resumeToken: string | undefined

  constructor(code: WatchErrorCode, message: string, options: { readonly resumeToken: string | undefined }) {
    super(message)
    this.code = code
    this.resumeToken = options.resumeToken
  }
}
