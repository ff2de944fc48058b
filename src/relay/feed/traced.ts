import type { Scope } from '../changes/scope.ts'
import type { SpanNotes, Trace } from '../../util/trace.ts'
import type { Subscriber } from './subscriber.ts'

/** How a feed makes spans. */
export interface FeedTracing {
  /** Absent: none are made. */
  readonly trace: Trace | undefined
  /** The innermost span of what is done for a subscriber now. */
  readonly spans: WeakMap<Subscriber, SpanNotes>
}

/** Does something for a subscriber within a span, if spans are made. */
export function traced(
  { trace, spans }: FeedTracing,
  name: string,
  { db, coll }: Scope,
  subscriber: Subscriber,
  run: () => Promise<void>,
): Promise<void> {
  if (!trace) return run()
  const attributes = {
    'db.system.name': 'mongodb',
    'db.operation.name': 'watch',
    ...(db === undefined ? {} : { 'db.namespace': db }),
    ...(coll === undefined ? {} : { 'db.collection.name': coll }),
  }
  return trace(name, attributes, async (span) => {
    const outer = spans.get(subscriber)
    spans.set(subscriber, span)
    try {
      await run()
    } finally {
      if (outer) spans.set(subscriber, outer)
      else spans.delete(subscriber)
    }
  })
}
