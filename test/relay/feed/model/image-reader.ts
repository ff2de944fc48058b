import type { Scope } from '../../../../src/relay/changes/scope.ts'
import type { StreamOptions } from '../../../../src/relay/changes/stream-options.ts'
import type { CohortSpec } from '../../../../src/relay/feed/cohort.ts'
import type { Feed } from '../../../../src/relay/feed/feed.ts'
import type { ChangesRequest } from '../../../../src/relay/feed/request.ts'
import type { Batch } from '../../../../src/relay/feed/sink.ts'
import { BoundedSink } from './bounded-sink.ts'
import { textOf } from './image-source.ts'

/** All that a subscriber can choose. */
export const CHOICES: readonly StreamOptions[] = (
  ['default', 'updateLookup', 'whenAvailable', 'required'] as const
).flatMap((fullDocument) =>
  (['off', 'whenAvailable', 'required'] as const).map((fullDocumentBeforeChange) => {
    return { fullDocument, fullDocumentBeforeChange, showExpandedEvents: false }
  }),
)

/** One of them, for any number. */
export function choiceOf(n: number): StreamOptions {
  return CHOICES[n % CHOICES.length] as StreamOptions
}

/** A subscriber, and what it got: the bytes of each event. */
export class ImageReader extends BoundedSink {
  readonly chosen: StreamOptions
  readonly got: string[] = []
  readonly tokens: string[] = []
  beganAt: string | undefined

  constructor(chosen: StreamOptions, capacity = Infinity) {
    super(capacity)
    this.chosen = chosen
  }

  /** Reads the events as they are: the bytes of each, and of no other form. */
  subscribe(feed: Feed, scope: Scope, start: ChangesRequest['start'], owner = ''): void {
    const spec: CohortSpec = { key: '', encode: ({ event }) => Buffer.from(event.bytes) }
    this.subscription = feed.subscribe({ scope, chosen: this.chosen, start, owner }, spec, this)
  }

  begin(position: string): void {
    this.beganAt = position
  }

  protected take({ payloads, tokens }: Batch): void {
    this.got.push(...payloads.map(textOf))
    this.tokens.push(...tokens)
  }
}
