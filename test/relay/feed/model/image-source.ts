import { BSON } from 'bson'
import { LazyDocument } from '../../../../src/bson/codec/lazy-document.ts'
import { RelayError } from '../../../../src/errors.ts'
import type { Change } from '../../../../src/relay/changes/change.ts'
import type { SourceEvent, WatchOptions } from '../../../../src/relay/changes/change-source.ts'
import type { StreamOptions } from '../../../../src/relay/changes/stream-options.ts'
import { toChange } from '../../../../src/relay/changes/to-change.ts'
import { FakeSource } from './fake-source.ts'

/** What a stream gives: an event, or the error that it fails with. */
export type Shown = Change | RelayError

const MISSING = new RelayError(
  'UPSTREAM_FAILED',
  'A required pre-image or post-image is missing; enable changeStreamPreAndPostImages',
)
const TOO_LARGE = new RelayError('EVENT_TOO_LARGE', 'A change event is too large')
const UNKNOWN = new RelayError('UPSTREAM_FAILED', 'The server does not know this change stream option')

/** A source whose events have the images that a stream asks for. */
export class ImageSource extends FakeSource {
  /** Whether the server knows no pre-images. */
  readonly isOld: boolean
  /** Streams that are open now, but for those that catch up. */
  upstreams = 0
  /** The most there ever were at a time. */
  mostUpstreams = 0

  constructor(isOld: boolean) {
    super()
    this.isOld = isOld
  }

  /** What a stream of one's own with these options gives. */
  override show(change: Change, options: StreamOptions): Shown {
    const { fullDocument, fullDocumentBeforeChange } = options
    const n = this.history.indexOf(change)
    const type = String(change.event.value('operationType'))
    if (this.isOld && fullDocumentBeforeChange !== 'off') return UNKNOWN
    if (n % 29 === 28 && fullDocumentBeforeChange !== 'off') return TOO_LARGE
    const isRecorded = n % 5 !== 0
    const fields: Record<string, unknown> = { _id: { _data: change.resumeToken }, operationType: type }
    if (type === 'insert' || type === 'replace') fields['fullDocument'] = { n }
    if (type === 'update' && fullDocument !== 'default') {
      if (fullDocument === 'required' && !isRecorded) return MISSING
      fields['fullDocument'] =
        fullDocument === 'updateLookup' ? { n, now: true } : isRecorded ? { n, then: true } : null
    }
    fields['documentKey'] = { n }
    if (type !== 'insert' && fullDocumentBeforeChange !== 'off') {
      if (fullDocumentBeforeChange === 'required' && !isRecorded) return MISSING
      fields['fullDocumentBeforeChange'] = isRecorded ? { n, before: true } : null
    }
    return toChange(BSON.serialize(fields))
  }

  override async *watch(options: WatchOptions, signal: AbortSignal): AsyncGenerator<SourceEvent, never, void> {
    if (this.isOld && options.fullDocumentBeforeChange !== 'off') throw UNKNOWN
    const isUpstream = options.maxAwaitTimeMs === undefined
    if (isUpstream) {
      this.mostUpstreams = Math.max(this.mostUpstreams, ++this.upstreams)
      let isOver = false
      const leave = () => {
        if (!isOver) this.upstreams--
        isOver = true
      }
      signal.addEventListener('abort', leave, { once: true })
      try {
        return yield* super.watch(options, signal)
      } finally {
        leave()
      }
    }
    return yield* super.watch(options, signal)
  }
}

/** The bytes of an event, as text that shows where two of them differ. */
export function textOf(bytes: Uint8Array): string {
  return new LazyDocument(bytes).bytes.toString('latin1')
}
