import type { RelayError } from '../../errors.ts'

/**
 * Events for all subscribers of a cohort that are at the same place, encoded. Frozen: sinks may keep what they make of
 * it.
 */
export interface Batch {
  /** The encoded results, in order; at least one. */
  readonly payloads: readonly Buffer[]
  /** The resume token of each, as the subscribers may see it. */
  readonly tokens: readonly string[]
  /** The size of all payloads together. */
  readonly bytes: number
}

/** Where a subscriber's events go: a socket. It has no queue but the socket's own, bounded buffer. */
export interface Sink {
  /**
   * Takes the position that the subscription starts from, before all else; {@link Subscription.position} is known from
   * then on. Absent: of no interest. Not called where an event says so: see `announceStart`.
   */
  begin?(position: string): void
  /**
   * Whether the socket takes more now; what other subscriptions have written to it counts. When it gives false, nothing
   * is to be written until {@link Subscription.resume} is called, or the buffer is found to be half empty.
   */
  isReady(): boolean
  /**
   * Sends a batch, all of it, to a socket that is ready. Gives false when the socket's buffer is full: nothing more is
   * written until {@link Subscription.resume} is called, or the buffer is found to be half empty.
   */
  write(batch: Batch): boolean
  /** How many bytes wait in the socket's buffer. */
  bufferedBytes(): number
  /** Ends the subscription with an error; called at most once, and nothing after it. */
  end(error: RelayError): void
}

/** A subscriber at work. */
export interface Subscription {
  /**
   * The resume token, as the subscriber may see it, from which what follows the written batches could be had: moves on
   * also while nothing matches. `undefined` until it has started, and when it is over. Not from within
   * {@link Sink.write}.
   */
  position(): string | undefined
  /** Tells that the sink takes more. */
  resume(): void
  /** Ends it without a word to the sink. Idempotent. */
  close(): void
  /**
   * Ends it with an error that says where to continue, after what has arrived until now. Idempotent. Not from within
   * {@link Sink.write}, while others are still being given the same events.
   */
  end(error: RelayError): void
  /**
   * Settles when the sink has been given all that was acknowledged before the call, as far as it takes it.
   *
   * @throws the signal's reason, or the source's error. It may take for ever without a signal that aborts
   */
  caughtUp(signal: AbortSignal): Promise<void>
  /**
   * Has something given back when the subscription is over, however it ends: at once when it is already. Called before
   * the sink hears of the end.
   */
  hold(release: () => void): void
}
