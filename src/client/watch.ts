import { backoffDelayMs } from '../util/waiting/backoff.ts'
import { type ChangeField, DEFAULT_FIELDS, type DefaultField } from './query/change-fields.ts'
import { toChangesQuery } from './query/changes-query.ts'
import { onAbort } from '../util/waiting/on-abort.ts'
import { openConnection, type Result } from './connection/connection.ts'
import { createQueue } from '../util/waiting/queue.ts'
import { toVariables } from './query/variables.ts'
import { type End, positionOf } from './connection/end.ts'
import { type Start, toGap, toStartAfterGap, type WatchGap } from './gap.ts'
import { later } from './later.ts'
import { NOTICES } from './notices.ts'
import { nextStep, type NextStep } from './next-step.ts'
import { BACKOFF } from './retries.ts'
import { WatchError, type WatchErrorCode } from './watch-error.ts'
import type { Change, Watch, WatchOptions } from './watch-options.ts'

/** A connection that was live for so long, in milliseconds, ends the row of failures. */
const STABLE_MS = 5_000

/**
 * The changes of a namespace, in change-stream order, each once, across losses of the connection, restarts of the relay
 * and outages of its MongoDB: after each it connects again and continues after the last change received, or after the
 * last position where nothing has matched since. So it does when its credentials have expired, with new ones, if
 * `connectionParams` is a function.
 *
 * **Lifecycle**: lazy; connects with the first `next()`, holds one connection while live and one timer while it waits,
 * and leaves nothing behind after `break`, `return()`, the signal or an error. **Delivery**: as the relay's contract. A
 * reader that is more than `maxQueued` changes behind costs no one else anything: the watch disconnects, and continues
 * where it was when they are read.
 *
 * **Types**: `watch<Order>(…)` says what documents are; where it is given `fields`, `watch<Order, 'fullDocument'>`.
 *
 * @throws WatchError (from `next()`) with a code: what trying again does not mend, such as `BAD_USER_INPUT` and
 *   `FORBIDDEN`; and `HISTORY_LOST`, `RESUME_TOKEN_INVALID` and `EVENT_TOO_LARGE` unless there is an `onGap`
 * @throws the reason of `signal`, when that ends it
 */
export function watch<Document>(options: WatchOptions & { readonly fields?: undefined }): Watch<DefaultField, Document>
export function watch<Document, Field extends ChangeField>(options: WatchOptions<Field>): Watch<Field, Document>
export function watch<Field extends ChangeField = DefaultField>(options: WatchOptions<Field>): Watch<Field>
export function watch<Field extends ChangeField>(options: WatchOptions<Field>): Watch<Field> {
  const { signal, maxQueued = 1_000, onStatus, onGap, fields = DEFAULT_FIELDS } = options
  let token: string | undefined
  // what is asked for where there is no position: what the caller says, or after a gap what there is
  let start: Start = options
  let gap: WatchGap | undefined
  let failures = 0
  let paused = false
  // whether the relay has yet to take the credentials that were asked for anew
  let isRefreshing = false
  // cancels what is under way: a connection or a wait
  let cancel = (): void => undefined
  let isWaiting = false
  // whether the relay has said that the subscription has started
  let isLive = false

  let ignoreAbort = (): void => undefined
  const abort = () => queue.abort(signal?.reason)
  const queue = createQueue<Change<Field>>({
    onStart() {
      if (signal?.aborted) return abort()
      if (signal) ignoreAbort = onAbort(signal, abort)
      return guard(connect)
    },
    onEmpty() {
      if (paused) guard(connect)
    },
    onOver() {
      ignoreAbort()
      cancel()
    },
  })
  return Object.assign(queue, { retryNow })

  function retryNow(): void {
    if (!isWaiting) return
    cancel()
    guard(connect)
  }

  function connect(): void {
    let openedAtMs: number | undefined
    const operation = { query: toChangesQuery(fields), variables: toVariables({ ...options, ...start }, token) }
    paused = false
    isWaiting = false
    isLive = false
    onStatus?.({ state: 'connecting' })
    cancel = openConnection(options, operation, {
      onOpen: () => {
        openedAtMs = performance.now()
      },
      onResult: (result) => guard(() => take(result)),
      onEnd: (end) =>
        guard(() => {
          if (openedAtMs !== undefined && performance.now() - openedAtMs >= STABLE_MS) failures = 0
          follow(end)
        }),
    })
  }

  function take({ data, errors, extensions }: Result): void {
    token = later(token, extensions?.['resumeToken'])
    if (!data) {
      if (!errors) return
      cancel()
      token = positionOf(errors) ?? token
      return follow({ kind: 'errors', errors })
    }
    isRefreshing = false
    if (data.changes.operationType === 'position') {
      token = data.changes.resumeToken
      return
    }
    const state = NOTICES.get(data.changes.operationType)
    if (state) {
      isLive = true
      // the position to continue from although nothing has happened yet
      token = later(token, data.changes.resumeToken)
      if (gap) onGap?.(gap)
      gap = undefined
      return onStatus?.({ state })
    }
    failures = 0
    token = data.changes.resumeToken
    // it has the fields that were asked for: a relay that sent others would be no GraphQL server
    queue.push(data.changes)
    if (queue.size < maxQueued) return
    paused = true
    cancel()
  }

  function follow(end: End): void {
    const step = nextStep(end)
    if (leap(step)) return
    token = later(token, step.resumeToken)
    if (isLive && step.action === 'retry' && step.isOrderly) failures = 0
    const isFirst = failures === 0 && step.action === 'fail'
    if (step.action === 'fail' && !mayRefresh(step.code)) {
      throw new WatchError(step.code, step.reason, { resumeToken: token })
    }
    wait(step, isFirst ? 0 : undefined)
  }

  // goes on without what is missing, where the caller wants that and it is possible
  function leap(step: NextStep): boolean {
    const missing = onGap && toGap(step)
    const hasPosition = (token ?? start.startAfter ?? start.startAtOperationTime) !== undefined
    if (!missing || (missing.kind === 'stretch' && !hasPosition)) return false
    token = missing.kind === 'change' ? step.resumeToken : undefined
    if (missing.kind === 'stretch') start = toStartAfterGap(options)
    // the change may lie in a stretch; a stretch never lies in a change
    if (gap?.kind !== 'stretch') gap = missing
    // what came before is for the reader first
    if (queue.size > 0) paused = true
    else wait(step)
    return true
  }

  function wait({ reason }: NextStep, delayMs = backoffDelayMs(failures, { ...BACKOFF, ...options.backoff }, 2)): void {
    failures++
    const timer = setTimeout(() => guard(connect), delayMs)
    isWaiting = true
    cancel = () => {
      isWaiting = false
      clearTimeout(timer)
    }
    onStatus?.({ state: 'waiting', reason, delayMs })
  }

  // a function may give credentials that are newer than those that were refused: once, until it has
  function mayRefresh(code: WatchErrorCode): boolean {
    if (code !== 'UNAUTHENTICATED' || typeof options.connectionParams !== 'function' || isRefreshing) return false
    isRefreshing = true
    return true
  }

  // what a callback throws must reach the reader, not the socket that called
  function guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      cancel()
      queue.end({ error })
    }
  }
}
