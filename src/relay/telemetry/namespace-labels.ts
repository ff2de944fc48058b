import { findField, type ValueBytes } from '../../bson/codec/find-field.ts'
import { BSON_TYPE } from '../../bson/types.ts'
import type { Change } from '../changes/change.ts'
import { type Scope, scopeKey } from '../changes/scope.ts'

/** How many namespaces are told apart: each is a time series. */
const MAX_NAMESPACES = 100

/** What stands for those beyond them, and for events without a namespace. */
export const OTHER = 'other'

/** Names the namespaces of events, a bounded number of them. */
export interface NamespaceLabels {
  /**
   * How many events there are by namespace; that of a collection's change stream also when there is none.
   *
   * **Cost**: nothing for a collection; otherwise one pass over each event's fields, without decoding them.
   */
  count(changes: readonly Change[], scope: Scope): ReadonlyMap<string, number>
}

/** Creates labels for the namespaces that come first. */
export function createNamespaceLabels(): NamespaceLabels {
  const known = new Set<string>()

  function labelOf(namespace: string): string {
    if (known.has(namespace)) return namespace
    if (namespace === '' || known.size === MAX_NAMESPACES) return OTHER
    known.add(namespace)
    return namespace
  }

  return {
    count(changes, scope) {
      if (scope.coll !== undefined) return new Map([[labelOf(scopeKey(scope)), changes.length]])
      const counts = new Map<string, number>()
      for (const { event } of changes) {
        const label = labelOf(namespaceOf(event.bytes))
        counts.set(label, (counts.get(label) ?? 0) + 1)
      }
      return counts
    },
  }
}

// not by the document's own way of reading, which remembers what it has read for as long as the event is kept
function namespaceOf(event: Buffer): string {
  const found = findField(event, 'ns')
  if (found?.type !== BSON_TYPE.document) return ''
  const namespace = event.subarray(found.at, found.end)
  return ['db', 'coll']
    .map((name) => textOf(namespace, findField(namespace, name)))
    .filter((text) => text !== '')
    .join('.')
}

function textOf(bytes: Buffer, found: ValueBytes | undefined): string {
  // after its length, and before its zero
  return found?.type === BSON_TYPE.string ? bytes.toString('utf8', found.at + 4, found.end - 1) : ''
}
