import type { Scope } from '../../changes/scope.ts'
import type { SpanNotes, Trace } from '../../../util/trace.ts'
import type { Member } from '../subscriber.ts'

/** How a feed makes spans. */
export interface FeedTracing {
  /** Absent: there is nobody to make them for. */
  readonly trace: Trace | undefined
  /** The innermost span of what is done for a subscriber now. */
  readonly spans: WeakMap<Member, SpanNotes>
}

/** Does something for a subscriber within a span, if there is somebody to make it for. */
export function traced(
  { trace, spans }: FeedTracing,
  name: string,
  { db, coll }: Scope,
  member: Member,
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
    const outer = spans.get(member)
    spans.set(member, span)
    try {
      await run()
    } finally {
      if (outer) spans.set(member, outer)
      else spans.delete(member)
    }
  })
}
