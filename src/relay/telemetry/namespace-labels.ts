import { findField, type ValueBytes } from '../../bson/codec/find-field.ts'
import { BSON_TYPE } from '../../bson/types.ts'
import type { Change } from '../changes/change.ts'
import { type Scope, scopeKey } from '../changes/scope.ts'

/** How many namespaces are told apart: each is a time series. */
const MAX_NAMESPACES = 100

/** How many are remembered by their bytes, those beyond that among them; the others are read each time. */
const MAX_REMEMBERED = 1_000

/** What stands for those beyond them, and for events without a namespace. */
export const OTHER = 'other'

/** Names the namespaces of events, a bounded number of them. */
export interface NamespaceLabels {
  /**
   * How many events there are by namespace; that of a collection's change stream also when there is none.
   *
   * **Cost**: nothing for a collection; otherwise one pass over each event's fields, without decoding them, and without
   * anything that is kept as long as the event.
   */
  count(changes: readonly Change[], scope: Scope): ReadonlyMap<string, number>
}

/** Creates labels for the namespaces that come first. */
export function createNamespaceLabels(): NamespaceLabels {
  const known = new Set<string>()
  // by the bytes that events have for them, so that a namespace is read once
  const byBytes = new Map<string, string>()

  function labelOf(namespace: string): string {
    if (known.has(namespace)) return namespace
    if (namespace === '' || known.size === MAX_NAMESPACES) return OTHER
    known.add(namespace)
    return namespace
  }

  function labelOfEvent(event: Buffer): string {
    const found = findField(event, 'ns')
    if (found?.type !== BSON_TYPE.document) return OTHER
    const bytes = event.toString('latin1', found.at, found.end)
    const label = byBytes.get(bytes)
    if (label !== undefined) return label
    const read = labelOf(namespaceOf(event.subarray(found.at, found.end)))
    if (byBytes.size < MAX_REMEMBERED) byBytes.set(bytes, read)
    return read
  }

  return {
    count(changes, scope) {
      if (scope.coll !== undefined) return new Map([[labelOf(scopeKey(scope)), changes.length]])
      const counts = new Map<string, number>()
      for (const { event } of changes) {
        const label = labelOfEvent(event.bytes)
        counts.set(label, (counts.get(label) ?? 0) + 1)
      }
      return counts
    },
  }
}

function namespaceOf(bytes: Buffer): string {
  const [db = '', coll = ''] = ['db', 'coll'].map((name) => textOf(bytes, findField(bytes, name)))
  return coll === '' ? db : `${db}.${coll}`
}

function textOf(bytes: Buffer, found: ValueBytes | undefined): string {
  // after its length, and before its zero
  return found?.type === BSON_TYPE.string ? bytes.toString('utf8', found.at + 4, found.end - 1) : ''
}
