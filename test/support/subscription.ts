import { EventEmitter, once } from 'node:events'
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql'
import type { ChangesSubscription } from '../operations.generated.ts'
import { PATIENCE_MS } from './patience.ts'

/** One change as the tests' operation asks for it. */
export type ChangeResult = ChangesSubscription['changes']

/** A subscription of a stock client, whatever its transport. */
export interface TestSubscription {
  /** What has arrived so far. */
  readonly changes: readonly ChangeResult[]
  /** Waits until so many have arrived in all, and gives them; fails when the subscription ends before. */
  take(count: number): Promise<readonly ChangeResult[]>
  /** Waits for the error that ends the subscription. */
  failure(): Promise<GraphQLFormattedError>
  /** Waits for the end, of whatever kind. */
  ended(): Promise<void>
  /** Unsubscribes. */
  stop(): void
}

/** Where a stock client puts what arrives. */
export interface Sink {
  next(result: FormattedExecutionResult<ChangesSubscription, unknown>): void
  error(error: unknown): void
  complete(): void
}

/** Collects what a stock client delivers; `start` subscribes and gives the function that unsubscribes. */
export function collect(start: (sink: Sink) => () => void): TestSubscription {
  const changes: ChangeResult[] = []
  const errors: GraphQLFormattedError[] = []
  const arrival = new EventEmitter()
  let isOver = false
  const stop = start({
    next({ data, errors: failed }) {
      if (data) changes.push(data.changes)
      errors.push(...(failed ?? []))
      arrival.emit('news')
    },
    error(error) {
      // graphql-ws gives the errors of an error message, or a close event
      if (Array.isArray(error)) errors.push(...error)
      else errors.push({ message: `The transport failed: ${describeFailure(error)}` })
      this.complete()
    },
    complete() {
      isOver = true
      arrival.emit('news')
    },
  })

  async function until(isThere: () => boolean, what: string): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    while (!isThere()) {
      if (isOver || signal.aborted) {
        const state = isOver ? 'ended' : 'open'
        throw new Error(`No ${what}: ${changes.length} changes, ${JSON.stringify(errors)}, ${state}`)
      }
      // an abort is told by the state above
      await once(arrival, 'news', { signal }).catch(() => undefined)
    }
  }

  return {
    changes,
    stop,
    async take(count) {
      await until(() => changes.length >= count, `${count} changes`)
      return changes
    },
    async failure() {
      await until(() => errors.length > 0, 'error')
      return errors[0] as GraphQLFormattedError
    },
    ended: () => until(() => isOver, 'end'),
  }
}

// a close event of the browser's kind, or an Error
function describeFailure(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error
    ? `closed with ${String(error.code)}`
    : String(error)
}
