/**
 * How the watched stream is doing, as the page says it.
 *
 * `connecting` until the relay has answered for the first time; `live` while changes arrive as they happen; `reconnecting`
 * from the loss of the stream until it is live again, with the reason; `failed` when trying again by itself is pointless.
 */
export type Status =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  | { readonly state: 'reconnecting'; readonly reason: string }
  | { readonly state: 'failed'; readonly reason: string }

/**
 * A stretch of time whose changes may not be shown, because there was nothing to continue from.
 *
 * `sinceMs` and `untilMs` are milliseconds since 1970 by the browser's clock: the stream was lost and live again.
 */
export interface Gap {
  readonly sinceMs: number
  readonly untilMs: number
  readonly reason: string
}
