import type { PageChangesSubscription, PageChangesSubscriptionVariables } from '../operations.generated.ts'

/** One change event as the page asks for it. */
export type Change = PageChangesSubscription['changes']

/** Where a subscription starts: the arguments of `changes`. */
export type Variables = PageChangesSubscriptionVariables

/** A GraphQL error as it comes over the wire. */
export interface StreamError {
  readonly message: string
  readonly extensions?: Readonly<Record<string, unknown>> | undefined
}

/**
 * How an attempt ended. `errors`: the relay ended the subscription and said why; `completed`: it ended it without a word;
 * `closed`: the connection is gone or never came about. `code` is null when there is no close code at all.
 */
export type End =
  | { readonly kind: 'errors'; readonly errors: readonly StreamError[] }
  | { readonly kind: 'completed' }
  | { readonly kind: 'closed'; readonly code: number | null; readonly reason: string }

/** What an attempt reports: at most one `onOpen`, then changes in order, then exactly one `onEnd` and nothing after it. */
export interface AttemptEvents {
  /** The relay has acknowledged the connection and has been sent the subscription. */
  onOpen(): void
  onChange(change: Change): void
  /** Never called after the attempt was cancelled. */
  onEnd(end: End): void
}

/**
 * Opens one connection with one subscription. Eager.
 *
 * @returns cancels it: closes the connection and reports nothing more.
 */
export type OpenAttempt = (variables: Variables, events: AttemptEvents) => () => void
