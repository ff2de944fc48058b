/**
 * How the watched stream is doing, as the page says it.
 *
 * `connecting` until the relay serves it for the first time; `live` while changes arrive as they happen; `interrupted`
 * while the relay cannot reach its MongoDB; `reconnecting` from the loss of the stream until it is live again, with the
 * reason; `failed` when trying again by itself is pointless, with the reason and what a person can do;
 * `unauthenticated` when the relay asks who is there. Reasons have no final period, advice has one.
 */
export type Status =
  | { readonly state: 'connecting' }
  /** `sinceMs` is when it began to miss nothing, in milliseconds since 1970 by the browser's clock. */
  | { readonly state: 'live'; readonly sinceMs: number }
  | { readonly state: 'interrupted' }
  | { readonly state: 'reconnecting'; readonly reason: string }
  | { readonly state: 'failed'; readonly reason: string; readonly advice: string }
  | { readonly state: 'unauthenticated'; readonly reason: string }

/** What is not shown and cannot be had any more, and why. Times are in milliseconds since 1970. */
export type Gap =
  /**
   * Whatever happened from `sinceMs`, until when everything is known to be shown, to `untilMs`, when it was live again.
   */
  | { readonly kind: 'stretch'; readonly sinceMs: number; readonly untilMs: number; readonly reason: string }
  /** One change that the relay could not deliver. */
  | { readonly kind: 'change'; readonly reason: string }
