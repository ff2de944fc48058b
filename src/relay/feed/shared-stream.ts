import type { Change } from '../changes/change.ts'
import type { ChangeSource } from '../changes/change-source.ts'
import { fromTokenString } from '../changes/tokens/resume-token.ts'
import { hasImages, type Images } from '../changes/images.ts'
import type { Scope } from '../changes/scope.ts'
import { timeKey } from '../changes/tokens/token-order.ts'
import { RelayError } from '../../errors.ts'
import type { Quota } from '../../util/quota.ts'
import { enter } from './entering/enter.ts'
import { type Cohort, type CohortSpec, createCohort } from './cohort.ts'
import type { FeedCounters } from './stats.ts'
import type { FairSemaphore } from '../../util/waiting/fair-semaphore.ts'
import { createFanOut, type FanOut } from './fan-out.ts'
import type { FeedLimits } from './options.ts'
import type { FilterBudget } from './filters/filter-budget.ts'
import { createLog, type Log } from './log.ts'
import { Subscriber, type SubscriberStream } from './subscriber.ts'
import type { PayloadCache } from './filters/payload-cache.ts'
import type { ChangesRequest } from './request.ts'
import type { Sink, Subscription } from './sink.ts'
import type { SlowConsumers } from './waiting/slow-consumers.ts'
import { isRenewedAfter } from './snapshot/renewal.ts'
import { startSubscriber } from './entering/start-subscriber.ts'
import { type FeedTracing, traced } from './traced.ts'
import { type FittedEvent, type FittedUpstream, startFittedUpstream } from './upstreams/fitted-upstream.ts'
import { createWaiters, type Waiters } from './waiting/waiters.ts'

/** What all shared streams of a feed have in common. */
export interface FeedResources {
  readonly source: ChangeSource
  readonly limits: FeedLimits
  readonly counters: FeedCounters
  readonly cache: PayloadCache
  readonly catchUpTurns: FairSemaphore
  /** Catch-ups that wait or run, by owner. */
  readonly catchUps: Quota
  readonly slow: SlowConsumers
  readonly filterBudget: FilterBudget
  /** See the feed's option of this name. */
  readonly onReceived: ((changes: readonly Change[], scope: Scope) => void) | undefined
  /** Called for each batch that live subscribers got, with its age in milliseconds. */
  readonly onDelivered: ((lagMs: number) => void) | undefined
  readonly tracing: FeedTracing
  /** Called for each subscriber that is ended with an error. */
  readonly onEnded: (error: RelayError, scope: Scope) => void
  /** The error for those who ask for more than there is: its message names the setting. Says it in the log, too. */
  readonly atLimit: (message: string) => RelayError
}

/** Options of {@link createSharedStream}. */
export interface SharedStreamOptions {
  readonly resources: FeedResources
  readonly scope: Scope
  readonly showExpandedEvents: boolean
  /** What its first subscriber needs. */
  readonly images: Images
  /** Whether it is read on without subscribers. Default: no. */
  readonly isKept?: boolean
  /** Called with what the upstream reports, before the stream itself sees to that. */
  readonly on: (event: FittedEvent) => void
  /** Gives {@link SharedStream.eldest}. Default: this one. */
  readonly eldest?: () => SharedStream
}

/** One upstream, its log, and all subscribers of its scope whose images one change stream can have. */
export interface SharedStream extends SubscriberStream {
  readonly log: Log
  readonly cohorts: ReadonlyMap<string, Cohort>
  readonly fanOut: FanOut
  /** What waits for the log. */
  readonly waiters: Waiters
  readonly scope: Scope
  readonly showExpandedEvents: boolean
  readonly upstream: Pick<FittedUpstream, 'hasSpareImages' | 'fit' | 'filled'>
  readonly resources: FeedResources
  /** The stream of the scope that remembers most: this one, or one with the same events and other images. */
  readonly eldest: () => SharedStream
  /** Whether the server cannot be reached at the moment. */
  readonly isInterrupted: boolean
  /** How many subscribers there are. */
  readonly size: number
  /** @param isFirst whether the stream was started for this subscriber, so that both begin at the same time */
  subscribe(request: ChangesRequest, spec: CohortSpec, sink: Sink, isFirst: boolean): Subscription
  /** Ends all subscribers with an error that has their position, and the upstream. Idempotent. */
  stop(error: RelayError): void
}

/** Starts sharing a change stream. */
export function createSharedStream(options: SharedStreamOptions): SharedStream {
  const { resources, scope, showExpandedEvents, images, isKept = false } = options
  const { source, limits, counters, slow } = resources
  const { outageLimitMs } = limits
  const log = createLog({ maxBytes: limits.windowBytes, maxEvents: limits.windowEvents })
  const cohorts = new Map<string, Cohort>()
  const behind = new Set<Subscriber>()
  const waiters = createWaiters(log)
  let positionsTimer: NodeJS.Timeout | undefined
  let outageTimer: NodeJS.Timeout | undefined
  let size = 0
  let isInterrupted = false
  let isOver = false

  const fanOut = createFanOut({
    log,
    cohorts,
    behind,
    counters,
    onDelivered: resources.onDelivered,
    onStuck: slow.add,
    onFallenOut: (subscriber) => continueBehind(subscriber),
    onFailed: (subscriber, error) => end(subscriber, error),
  })

  const upstream = startFittedUpstream(
    {
      ...{ source, scope, showExpandedEvents, images, isKept, log, counters, warmStartMs: limits.warmStartMs },
      onGrown: fanOut.flush,
    },
    (event) => {
      options.on(event)
      take(event)
    },
  )
  const stream: SharedStream = {
    log,
    cohorts,
    behind,
    fanOut,
    waiters,
    scope,
    showExpandedEvents,
    upstream,
    resources,
    eldest: options.eldest ?? (() => stream),
    get isInterrupted() {
      return isInterrupted
    },
    get size() {
      return size
    },
    positionOf: fanOut.positionOf,
    subscribe,
    resume,
    remove,
    end,
    endHere,
    caughtUp,
    stop,
  }

  return stream

  function take(event: FittedEvent): void {
    switch (event.type) {
      case 'open':
        if (log.origin === undefined) log.begin(event.position, event.present)
        resources.onReceived?.([], scope)
        setInterrupted(false)
        clearTimeout(outageTimer)
        outageTimer = undefined
        return waiters.wake()
      case 'batch':
        for (const change of event.events) log.append(change)
        counters.events += event.events.length
        resources.onReceived?.(event.events, scope)
        if (event.events.length > 0) fanOut.schedule()
        else log.advance(event.position)
        return waiters.wake()
      case 'restarted':
        // what there is has been given to those who are in the log, before they fall out of it
        fanOut.flush()
        log.restart(event.position)
        return fanOut.flush()
      case 'interrupted':
        counters.interruptions++
        setInterrupted(true)
        if (log.origin !== undefined && outageLimitMs !== Infinity)
          outageTimer ??= setTimeout(() => endAll(event.error), outageLimitMs)
        return
      case 'reduced':
        return endAll(event.error, (cohort) => !hasImages(event.images, cohort.images))
      case 'ended':
        return stop(event.error)
    }
  }

  function setInterrupted(value: boolean): void {
    isInterrupted = value
    fanOut.setInterrupted(value)
  }

  function subscribe(request: ChangesRequest, spec: CohortSpec, sink: Sink, isFirst: boolean): Subscription {
    const cohort = cohortOf(spec, request)
    if (cohort.announcesPositions) positionsTimer ??= setInterval(announcePositions, limits.keepAliveMs)
    const subscriber = new Subscriber(cohort, sink, request.owner)
    size++
    upstream.need(cohort.images)
    startTraced(subscriber, request.start, isFirst)
    return subscriber
  }

  function cohortOf(spec: CohortSpec, request: ChangesRequest): Cohort {
    const { fullDocument, fullDocumentBeforeChange } = request.chosen
    // no name of an image holds a zero character
    const key = [fullDocument, fullDocumentBeforeChange, spec.key].join('\0')
    const cohort = cohorts.get(key) ?? createCohort({ ...spec, key }, request, { log, stream, resources })
    cohorts.set(key, cohort)
    return cohort
  }

  function announcePositions(): void {
    fanOut.announcePositions()
    if ([...cohorts.values()].some((cohort) => cohort.announcesPositions)) return
    clearInterval(positionsTimer)
    positionsTimer = undefined
  }

  // apart, so that a subscriber that waits keeps nothing else of its request
  function startTraced(subscriber: Subscriber, start: ChangesRequest['start'], isFirst: boolean): void {
    void traced(resources.tracing, 'subscribe', scope, subscriber, () =>
      startSubscriber(stream, subscriber, start, isFirst),
    )
  }

  function resume(subscriber: Subscriber): void {
    slow.delete(subscriber)
    fanOut.resume(subscriber)
  }

  function endHere(subscriber: Subscriber, error: RelayError): void {
    // its position counts what it has not been given yet
    fanOut.flush()
    end(subscriber, error.at(fanOut.positionOf(subscriber)))
  }

  async function caughtUp(subscriber: Subscriber, signal: AbortSignal): Promise<void> {
    const time = await source.operationTime(signal)
    await waiters.reaches(timeKey(time), signal)
    fanOut.flush()
    if (!fanOut.isAtEnd(subscriber)) await subscriber.reachesEnd(signal)
  }

  function remove(subscriber: Subscriber): boolean {
    if (subscriber.state === 'ended') return false
    const { cohort } = subscriber
    upstream.release(cohort.images)
    subscriber.pass('end')
    slow.delete(subscriber)
    if (cohort.live.size + cohort.others.size === 0 && cohorts.get(cohort.key) === cohort) cohorts.delete(cohort.key)
    size--
    return true
  }

  function end(subscriber: Subscriber, error: RelayError): void {
    if (!remove(subscriber)) return
    if (!isRenewedAfter(error, subscriber.cohort.snapshot)) resources.onEnded(error, scope)
    resources.tracing.spans.get(subscriber)?.failed(error.code)
    const { resumeToken } = error
    // the one place where errors leave
    subscriber.sink.end(resumeToken === undefined ? error : error.at(subscriber.cohort.sealToken(resumeToken)))
  }

  function continueBehind(subscriber: Subscriber): void {
    const { token } = subscriber
    if (token !== undefined) {
      void enter(stream, subscriber, { position: { after: fromTokenString(token) }, isGiven: false })
    } else end(subscriber, new RelayError('SLOW_CONSUMER', 'The events that follow are forgotten'))
  }

  function endAll(error: RelayError, isMeant: (cohort: Cohort) => boolean = () => true): void {
    fanOut.flush()
    for (const { live, others } of [...cohorts.values()].filter(isMeant)) {
      for (const subscriber of [...live, ...others]) {
        const position = fanOut.positionOf(subscriber)
        // a position that is lost or refused is no place to continue from
        const isLost = error.code === 'HISTORY_LOST' || error.code === 'RESUME_TOKEN_INVALID'
        end(subscriber, isLost ? error : error.at(position))
      }
    }
  }

  function stop(error: RelayError): void {
    if (isOver) return
    isOver = true
    clearTimeout(outageTimer)
    clearInterval(positionsTimer)
    endAll(error)
    fanOut.stop()
    upstream.stop()
  }
}
