import { shareOf } from '../../auth/principal/owner.ts'
import { imagesFor, NO_IMAGES } from '../../changes/images.ts'
import type { StreamOptions } from '../../changes/stream-options.ts'
import { type Scope, scopeKey } from '../../changes/scope.ts'
import { RelayError } from '../../../errors.ts'
import { createSharedStream, type FeedResources, type SharedStream } from '../shared-stream.ts'
import type { FittedEvent } from './fitted-upstream.ts'
import { createUpstreamPlaces } from './upstream-places.ts'

/** Options of {@link createStreamTable}. */
export interface StreamTableOptions {
  readonly resources: FeedResources
  /**
   * The scope whose stream, with the usual options, stays open without subscribers, and what it reports to. Absent: no
   * stream does.
   */
  readonly kept: { readonly scope: Scope; readonly on: (event: FittedEvent) => void } | undefined
  /** Called with what all other streams report, and with what ends some subscribers of any. */
  readonly on: (event: FittedEvent, scope: Scope) => void
}

/** A stream for one subscription. */
export interface StreamUse {
  readonly stream: SharedStream
  /** Whether it was opened for this one. */
  readonly isNew: boolean
  /** To be called when the subscription is over, once. */
  leave(): void
}

/**
 * The shared streams of a feed: for each scope, and for it with expanded events, one whose updates have the document as
 * it is when it is read, or none, and one whose updates have the document that was recorded. A change stream has one or
 * the other; all else that subscribers choose is left out of what these have.
 */
export interface StreamTable {
  all(): SharedStream[]
  /**
   * The stream of these, opened if there is none, for one subscription of an owner. When there is no room for another
   * one, one that lingers makes it.
   *
   * @throws RelayError `LIMIT_EXCEEDED` when there is no such one either, and when the owner's share is used up
   */
  use(scope: Scope, chosen: StreamOptions, owner: string): StreamUse
  /** Opens the stream that is kept, if it is not. */
  keep(): void
  /** Ends all streams and their subscribers. */
  stop(error: RelayError): void
}

interface Entry {
  readonly key: string
  readonly stream: SharedStream
  /** Runs while there are no subscribers. */
  linger?: NodeJS.Timeout | undefined
  /** Runs while it has images that its subscribers do not need. */
  fit?: NodeJS.Timeout | undefined
}

const USUAL: StreamOptions = { fullDocument: 'default', fullDocumentBeforeChange: 'off', showExpandedEvents: false }

/**
 * An empty table. A stream that has no subscribers any more is closed after the feed's `lingerMs`, and so long does it
 * have images that they do not need any more.
 */
export function createStreamTable({ resources, kept, on }: StreamTableOptions): StreamTable {
  const { lingerMs, maxUpstreams, maxUpstreamsPerPrincipal = shareOf(maxUpstreams) } = resources.limits
  const entries = new Map<string, Entry>()
  const places = createUpstreamPlaces({ max: maxUpstreams, maxPerOwner: maxUpstreamsPerPrincipal })
  const keptKey = kept && streamKey(kept.scope, USUAL)
  // for good, whoever opens the stream after it has failed
  if (keptKey !== undefined) places.pin(keptKey)

  return {
    all: () => [...entries.values()].map(({ stream }) => stream),
    use(scope, chosen, owner) {
      const key = streamKey(scope, chosen)
      const place = places.use(key, owner)
      if (place === 'full') {
        throw resources.atLimit(`The relay has ${maxUpstreams} change streams already, as \`maxUpstreams\` allows`)
      }
      if (place === 'share') {
        const share = `its share of ${maxUpstreamsPerPrincipal}, set by \`maxUpstreamsPerPrincipal\``
        throw resources.atLimit(`This caller uses as many change streams as it may: ${share}`)
      }
      if (place.closed !== undefined) close(place.closed)
      const known = entries.get(key)
      const entry = known ?? open(key, scope, chosen)
      // what lingered with it may not be needed now
      if (entry.linger) fitLater(entry)
      clearTimeout(entry.linger)
      entry.linger = undefined
      return { stream: entry.stream, isNew: known === undefined, leave: leaving(entry, owner) }
    },
    keep() {
      if (kept && keptKey !== undefined && !entries.has(keptKey)) open(keptKey, kept.scope, USUAL)
    },
    stop(error) {
      for (const key of [...entries.keys()]) close(key, error)
    },
  }

  function open(key: string, scope: Scope, chosen: StreamOptions): Entry {
    const report = kept && key === keptKey ? kept.on : (event: FittedEvent) => on(event, scope)
    const { showExpandedEvents } = chosen
    const stream = createSharedStream({
      resources,
      scope,
      showExpandedEvents,
      // the one that is kept goes back to none
      images: key === keptKey ? NO_IMAGES : imagesFor(chosen),
      isKept: key === keptKey,
      on(event) {
        if (event.type === 'ended') forget(key)
        if (event.type === 'reduced') on(event, scope)
        else report(event)
      },
      eldest: () => eldestOf(scope, showExpandedEvents) ?? stream,
    })
    const entry: Entry = { key, stream }
    entries.set(key, entry)
    return entry
  }

  // entries are in the order in which they were opened; expanded events are others, with other positions
  function eldestOf(scope: Scope, showExpandedEvents: boolean): SharedStream | undefined {
    for (const { stream } of entries.values()) {
      const isSibling = stream.showExpandedEvents === showExpandedEvents
      if (isSibling && scopeKey(stream.scope) === scopeKey(scope)) return stream
    }
    return undefined
  }

  // holds on to nothing else of what was asked for
  function leaving(entry: Entry, owner: string): () => void {
    return () => leave(entry, owner)
  }

  function leave(entry: Entry, owner: string): void {
    const { key } = entry
    if (entries.get(key) !== entry) return
    if (!places.leave(key, owner)) {
      if (entry.stream.upstream.hasSpareImages) fitLater(entry)
    } else if (lingerMs === 0) close(key)
    else entry.linger = setTimeout(() => close(key), lingerMs)
  }

  function fitLater(entry: Entry): void {
    clearTimeout(entry.fit)
    entry.fit = setTimeout(() => entry.stream.upstream.fit(), lingerMs)
  }

  function forget(key: string): void {
    const { linger, fit } = entries.get(key) ?? {}
    clearTimeout(linger)
    clearTimeout(fit)
    entries.delete(key)
    places.close(key)
  }

  function close(key: string, error = UNUSED): void {
    const entry = entries.get(key)
    forget(key)
    entry?.stream.stop(error)
  }
}

// no subscriber is left that could see it
const UNUSED = new RelayError('SHUTTING_DOWN', 'The change stream is not used any more')

function streamKey(scope: Scope, chosen: StreamOptions): string {
  const { fullDocument } = imagesFor(chosen)
  // no name holds a zero character
  return [scopeKey(scope), fullDocument === 'whenAvailable', chosen.showExpandedEvents].join('\0')
}
