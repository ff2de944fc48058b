import type { ImageOptions } from '../changes/open-stream.ts'
import type { Scope } from '../changes/scope.ts'
import { scopeKey } from '../changes/scope.ts'
import { RelayError } from '../errors.ts'
import type { FeedResources, SharedStream } from './shared-stream.ts'
import { createSharedStream } from './shared-stream.ts'

/** Options of {@link createStreamTable}. */
export interface StreamTableOptions {
  readonly resources: FeedResources
  /** The scope whose stream, without images, stays open without subscribers. */
  readonly kept: Scope
  /** Called when a stream is open, for the first time or again. */
  readonly onOpen: (scope: Scope, isKept: boolean) => void
  /** Called when a stream is interrupted, and when it failed for good; then it is not in the table any more. */
  readonly onTrouble: (error: RelayError, isOver: boolean, scope: Scope, isKept: boolean) => void
}

/** The shared streams of a feed: one for each scope and way to fill in images. */
export interface StreamTable {
  all(): SharedStream[]
  /**
   * The stream of these, opened if there is none; `isNew` says so. When there is no room for another one, one that lingers
   * makes it.
   *
   * @throws RelayError `LIMIT_EXCEEDED` when there is no such one either
   */
  get(scope: Scope, images: ImageOptions): { readonly stream: SharedStream; readonly isNew: boolean }
  /** Opens the stream that is kept, if it is not. */
  keep(): void
  /** Ends all streams and their subscribers. */
  stop(error: RelayError): void
}

interface Entry {
  readonly stream: SharedStream
  /** Runs while there are no subscribers. */
  linger?: NodeJS.Timeout
}

const NO_IMAGES: ImageOptions = { fullDocument: 'default', fullDocumentBeforeChange: 'off' }

/** An empty table. A stream that nobody subscribes to any more is closed after the feed's `lingerMs`. */
export function createStreamTable({ resources, kept, onOpen, onTrouble }: StreamTableOptions): StreamTable {
  const { lingerMs, maxUpstreams } = resources.limits
  const entries = new Map<string, Entry>()
  const keptKey = streamKey(kept, NO_IMAGES)

  return {
    all: () => [...entries.values()].map(({ stream }) => stream),
    get(scope, images) {
      const key = streamKey(scope, images)
      const known = entries.get(key)
      if (!known && entries.size >= maxUpstreams) closeOneLingering()
      const entry = known ?? open(key, scope, images)
      clearTimeout(entry.linger)
      delete entry.linger
      return { stream: entry.stream, isNew: known === undefined }
    },
    keep() {
      if (!entries.has(keptKey)) open(keptKey, kept, NO_IMAGES)
    },
    stop(error) {
      for (const [key, entry] of [...entries]) close(key, entry, error)
    },
  }

  function open(key: string, scope: Scope, images: ImageOptions): Entry {
    const isKept = key === keptKey
    const stream = createSharedStream({
      resources,
      scope,
      images,
      onEmpty() {
        if (isKept || entries.get(key) !== entry) return
        if (lingerMs === 0) close(key, entry)
        else entry.linger ??= setTimeout(() => close(key, entry), lingerMs)
      },
      onTrouble(error, isOver) {
        if (isOver && entries.get(key) === entry) entries.delete(key)
        onTrouble(error, isOver, scope, isKept)
      },
      onOpen: () => onOpen(scope, isKept),
    })
    const entry: Entry = { stream }
    entries.set(key, entry)
    return entry
  }

  function close(key: string, { stream, linger }: Entry, error = UNUSED): void {
    clearTimeout(linger)
    entries.delete(key)
    stream.stop(error)
  }

  function closeOneLingering(): void {
    const idle = [...entries].find(([, { linger }]) => linger !== undefined)
    if (!idle) throw resources.atLimit(`The relay watches ${maxUpstreams} namespaces already`)
    close(...idle)
  }
}

// nobody is there to be told
const UNUSED = new RelayError('SHUTTING_DOWN', 'The change stream is not used any more', { cause: undefined })

function streamKey(scope: Scope, { fullDocument, fullDocumentBeforeChange }: ImageOptions): string {
  // no name holds a zero character
  return [scopeKey(scope), fullDocument, fullDocumentBeforeChange].join('\0')
}
