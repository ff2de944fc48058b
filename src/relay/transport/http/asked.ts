import type { Refusal } from './requests/refusal.ts'
import type { RequestHeaders } from './headers.ts'

/** A request, whatever runtime and server it came by. */
export interface Asked {
  readonly method: string
  /** Path and query, as they came: a file is found by its exact name alone. */
  readonly url: string
  /** With the `host` that it was sent to, unless it says none. */
  readonly headers: RequestHeaders
  /** What an anonymous caller is counted by. */
  readonly address: string
  /** The request as its runtime has it, for those who find out by themselves who asks. */
  readonly request?: unknown
  /** Reads the body from now on, but no more than so many bytes of it. Called once at the most. */
  readBody(maxBytes: number): Promise<RequestBody>
  /** Calls back when the caller goes away, for those who wait before they answer; absent: that does not show. */
  readonly onGone?: ((listener: () => void) => void) | undefined
  /** Gives why the connection may not begin another operation; absent: it may. Called once for an operation. */
  readonly admit?: () => Refusal | undefined
}

/** What came of a request's body. */
export type RequestBody =
  | { readonly bytes: Uint8Array }
  | { readonly problem: 'too-long'; readonly maxBytes: number }
  /** Its caller went away. */
  | { readonly problem: 'incomplete' }
  /** Somebody else has read it, and kept nothing of it. */
  | { readonly problem: 'read-before' }

/** The part of a URL before the query. */
export function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}
