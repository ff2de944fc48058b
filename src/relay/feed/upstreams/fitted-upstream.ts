import { ignoreError, type RelayError } from '../../../errors.ts'
import { hasImages, type Images, joinImages, NO_IMAGES } from '../../changes/images.ts'
import { fromTokenString } from '../../changes/tokens/resume-token.ts'
import { fillImages, type FillOptions } from './fill-images.ts'
import { createImageNeeds } from './image-needs.ts'
import { startUpstream, type UpstreamEvent, type UpstreamPlace } from './upstream.ts'

/** What an upstream reports whose images change: what the one reports that is being read, and that there are fewer. */
export type FittedEvent = UpstreamEvent | UpstreamReduction

/** It could not be read with so many images, and goes on with these: those who need more are to be ended. */
export interface UpstreamReduction {
  readonly type: 'reduced'
  readonly error: RelayError
  readonly images: Images
}

/** Options of {@link startFittedUpstream}. */
export interface FittedUpstreamOptions extends Omit<FillOptions, 'images' | 'onGrown'> {
  /** What the first subscriber needs. */
  readonly images: Images
  /** Whether it is read on without subscribers. */
  readonly isKept: boolean
  /** See {@link FillOptions.onGrown}. */
  readonly onGrown: () => void
}

/** An upstream of one change stream that has the images that its subscribers need, all together. */
export interface FittedUpstream {
  /** Whether it has images that are not needed any more. */
  readonly hasSpareImages: boolean
  /** Notes a subscriber. Where its images are not read yet, they are from the position reached on. */
  need(images: Images): void
  /** Notes that one has gone. Its images are read on until {@link FittedUpstream.fit}. */
  release(images: Images): void
  /** Goes on from the position reached with the images that are needed, no more. */
  fit(): void
  /**
   * Settles when the events of a while before now have the images, too, that were added last, or when that has failed.
   * **Cost**: read once, however many ask.
   */
  filled(): Promise<void>
  stop(): void
}

/** How long it goes without images that it could not be read with, in milliseconds. */
const RETRY_MS = 10_000

/** How long those wait that need the images of what was before, in milliseconds. */
const FILL_LIMIT_MS = 5_000

/**
 * Starts reading a scope for subscribers who may need different images: one change stream for all of them, so that the
 * server looks through its oplog once. Where their needs change, the stream is closed and another one goes on from the
 * position reached: nothing is lost, nothing comes twice, and those who need less notice nothing.
 *
 * Where the server refuses, it goes on with fewer images for those who need no more: an older server does not know
 * pre-images, and an event can be too large with them. Meanwhile who needs them is served by streams of their own.
 *
 * @param on called with each report, never before this has returned
 */
export function startFittedUpstream(options: FittedUpstreamOptions, on: (event: FittedEvent) => void): FittedUpstream {
  const { source, scope, showExpandedEvents, warmStartMs, log, counters, isKept, onGrown } = options
  const needs = createImageNeeds()
  const stopped = new AbortController()
  /** Ends what is read again for images that are not those of now. */
  let refitted = new AbortController()
  let { images } = options
  /** The last ones that it was read with. */
  let opened: Images | undefined
  let retry: NodeJS.Timeout | undefined
  let filling: Promise<void> | undefined
  let stopReading = read()

  return {
    get hasSpareImages() {
      return !hasImages(needs.all(), images)
    },
    need(needed) {
      needs.add(needed)
      if (!hasImages(images, needed) && retry === undefined) goOnWith(joinImages(images, needed))
    },
    release: needs.remove,
    fit,
    filled: () => (filling ??= fill()),
    stop() {
      clearTimeout(retry)
      stopped.abort()
      stopReading()
    },
  }

  function read(): () => void {
    log.readWith(images)
    const reading = { source, scope, chosen: { ...images, showExpandedEvents }, warmStartMs, from: placeReached() }
    return startUpstream(reading, (event) => {
      if (event.type === 'ended') return fail(event.error)
      if (event.type === 'open') opened = images
      on(event)
    })
  }

  function placeReached(): UpstreamPlace | undefined {
    const { startedAt, reached, present, warmUntil } = log
    if (startedAt === undefined) return undefined
    const position = reached === undefined ? startedAt : { after: fromTokenString(reached) }
    const isWarm = (reached ?? '') >= warmUntil
    const wasOpen = opened !== undefined && hasImages(opened, images)
    return { position, present: isWarm ? undefined : present, wasOpen }
  }

  function goOnWith(next: Images): void {
    stopReading()
    images = next
    // what it would say of the events that follow is not true of those
    refitted.abort()
    refitted = new AbortController()
    filling = undefined
    stopReading = read()
  }

  function fit(): void {
    if (retry !== undefined || stopped.signal.aborted || (needs.count === 0 && !isKept)) return
    const all = needs.all()
    if (!hasImages(all, images) || !hasImages(images, all)) goOnWith(all)
  }

  function fail(error: RelayError): void {
    const fewer = withFewer(images)
    if (!fewer || (needs.within(fewer) === 0 && !isKept)) return on({ type: 'ended', error })
    retry ??= setTimeout(() => {
      retry = undefined
      fit()
    }, RETRY_MS)
    on({ type: 'reduced', error, images: fewer })
    if (!stopped.signal.aborted) goOnWith(fewer)
  }

  function fill(): Promise<void> {
    const signal = AbortSignal.any([stopped.signal, refitted.signal, AbortSignal.timeout(FILL_LIMIT_MS)])
    return fillImages({ source, scope, showExpandedEvents, warmStartMs, log, counters, images, onGrown }, signal).catch(
      ignoreError('those who need what was before have streams of their own for that'),
    )
  }
}

/**
 * What can be had where these cannot; `undefined` where that is nothing. First without pre-images, which older servers
 * do not know. Where a server cannot split large events, and it is the document that was looked up that makes one too
 * large, those who need pre-images alone are ended as well, with a position that they can continue from.
 */
function withFewer({ fullDocument, fullDocumentBeforeChange }: Images): Images | undefined {
  if (fullDocumentBeforeChange !== 'off') return { fullDocument, fullDocumentBeforeChange: 'off' }
  return fullDocument === 'default' ? undefined : NO_IMAGES
}
