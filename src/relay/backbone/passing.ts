import { RelayError } from '../../errors.ts'
import { backoffDelayMs } from '../../util/waiting/backoff.ts'
import { sleep } from '../../util/waiting/sleep.ts'
import type { RetryOptions } from '../changes/outage.ts'

/** Thrown for what trying again can mend. */
export class Passing extends Error {
  override readonly name = 'Passing'
  /** What it is to a subscriber, when it lasts too long. */
  readonly error: RelayError

  constructor(error: RelayError) {
    super(error.message, { cause: error })
    this.error = error
  }
}

/** Makes an error of the kind that passes. */
export function passing(message: string, cause?: unknown): Passing {
  return new Passing(new RelayError('UPSTREAM_FAILED', message, { cause }))
}

/** What is said of a broker that does not do what it is asked. */
export const CANNOT_BE_REACHED = 'The event backbone cannot be reached'

/** What is said where that is because of who asks. */
export const REFUSED = 'The event backbone does not accept the relay’s credentials, or does not permit what it needs'

/** The error for everything that comes of a broker that cannot be reached, or does not do what it is asked. */
export function brokerFailed(cause: unknown): Passing {
  const isRefused = cause instanceof Error && /authoriz|authentic|permission/i.test(cause.message)
  return passing(isRefused ? REFUSED : CANNOT_BE_REACHED, cause)
}

/** What passes of an error that was caught; `undefined` where trying again does not help. */
export function toPassing(caught: unknown): RelayError | undefined {
  if (caught instanceof Passing) return caught.error
  return caught instanceof RelayError ? undefined : brokerFailed(caught).error
}

/**
 * Asks again until it is answered.
 *
 * @throws what does not pass, or the signal's reason
 */
export async function patiently<T>(ask: () => Promise<T>, { backoff }: RetryOptions, signal: AbortSignal): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      signal.throwIfAborted()
      if (toPassing(error) === undefined) throw error
      await sleep(backoffDelayMs(attempt, backoff), signal)
    }
  }
}
