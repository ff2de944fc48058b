import type { FormattedExecutionResult, Sink, SubscribePayload } from 'graphql-ws/client'
import { isErrorCode, isForGood as isCodeForGood } from '../../errors.ts'
import { type BackoffOptions, backoffDelayMs } from '../../util/waiting/backoff.ts'
import { type End, positionOf, type WireError } from '../connection/end.ts'
import { later } from '../later.ts'
import { nextStep } from '../next-step.ts'
import { NOTICES } from '../notices.ts'
import { BACKOFF } from '../retries.ts'
import type { Resumable } from './resumable.ts'

/** A result as it comes over the wire. */
export type Result = FormattedExecutionResult<Readonly<Record<string, unknown>>>

/** What opens a subscription, once; gives what ends it. */
export type Open = (payload: SubscribePayload, sink: Sink<Result>) => () => void

/** How a subscription is kept up. */
export interface SubscriptionOptions {
  /** How often in a row it is tried again without a change in between. Default: for ever. */
  readonly retryAttempts?: number | undefined
  /** Delays between these attempts. Default: those of `watch`. */
  readonly backoff?: BackoffOptions | undefined
  /** Whether lost connections are tried again by this, too; otherwise the client has done that. */
  readonly retriesConnections: boolean
  /** What the error that the sink is given means. */
  readonly toEnd: (error: unknown) => End
  /** Has the next attempt ask for fresh credentials; absent where there are no others. */
  readonly renew?: (() => void) | undefined
}

/**
 * Subscribes, and subscribes again after the last change whenever the subscription ends by what passes by itself. The
 * sink gets each change once, then at most one `error` or `complete`.
 *
 * @returns ends it; the sink completes. Idempotent
 */
export function keepSubscribed(
  open: Open,
  resumable: Resumable,
  sink: Sink<Result>,
  { retryAttempts = Infinity, backoff, retriesConnections, toEnd, renew }: SubscriptionOptions,
): () => void {
  let position: string | undefined
  let failures = 0
  let isLive = false
  // whether the relay has yet to take the credentials that were asked for anew
  let isRenewing = false
  let isOver = false
  // cancels what is under way: a subscription or a wait
  let cancel = (): void => undefined
  const request = resumable.toRequest(() => position)

  connect()
  return () => finish(() => queueMicrotask(() => sink.complete()))

  function connect(): void {
    let isCurrent = true
    let isLast = false
    isLive = false
    const unsubscribe = open(request, {
      next(result) {
        if (!isCurrent) return
        isLast = !result.data
        take(result)
      },
      error(error) {
        if (isCurrent) follow(toEnd(error), error)
      },
      complete() {
        // over event streams, what ends a subscription is its last result
        if (isCurrent && isLast) finish(() => sink.complete())
        else if (isCurrent) follow({ kind: 'completed' })
      },
    })
    cancel = () => {
      isCurrent = false
      unsubscribe()
    }
  }

  function take(result: Result): void {
    const { data, errors, extensions } = result
    position = later(position, (extensions as Readonly<Record<string, unknown>> | undefined)?.['resumeToken'])
    if (!data) {
      if (errors?.some(passes)) return follow({ kind: 'errors', errors }, errors)
      position = positionOf(errors) ?? position
      return give(result)
    }
    isRenewing = false
    const { token, type, data: own } = resumable.read(data)
    if (typeof token === 'string') position = NOTICES.has(type) ? later(position, token) : token
    if (NOTICES.has(type)) isLive = true
    else if (own) failures = 0
    if (own) give({ ...result, data: own })
  }

  // what one sink throws is no matter of the others on its connection
  function give(result: Result): void {
    try {
      sink.next(result)
    } catch (error) {
      finish(() => sink.error(error))
    }
  }

  function follow(end: End, error?: unknown): void {
    cancel()
    const step = nextStep(end)
    position = later(position, step.resumeToken)
    if (isLive && step.action === 'retry' && step.isOrderly) failures = 0
    const isRefreshed = step.action === 'fail' && mayRenew(end)
    const isForGood = (step.action === 'fail' && !isRefreshed) || (end.kind === 'closed' && !retriesConnections)
    if (isForGood || failures >= retryAttempts) {
      return finish(() => (end.kind === 'completed' ? sink.complete() : sink.error(toSinkError(end, error))))
    }
    const delayMs = isRefreshed && failures === 0 ? 0 : backoffDelayMs(failures, { ...BACKOFF, ...backoff }, 2)
    failures++
    const timer = setTimeout(connect, delayMs)
    cancel = () => clearTimeout(timer)
  }

  function mayRenew(end: End): boolean {
    if (!renew || isRenewing || end.kind !== 'errors' || end.errors[0]?.extensions?.['code'] !== 'UNAUTHENTICATED')
      return false
    isRenewing = true
    renew()
    return true
  }

  function finish(tell: () => void): void {
    if (isOver) return
    isOver = true
    cancel()
    tell()
  }
}

function passes({ extensions }: WireError): boolean {
  const code = extensions?.['code']
  return typeof code === 'string' && isErrorCode(code) && !isCodeForGood(code)
}

/** What a sink of graphql-ws expects. */
function toSinkError(end: End, error: unknown): unknown {
  return end.kind === 'errors' ? end.errors : error
}
