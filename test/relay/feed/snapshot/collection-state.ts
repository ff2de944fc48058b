import type { ChangeResult } from '../../../support/subscription.ts'

/** The documents by their key, of whoever applies all events of a subscription with `snapshot`. */
export function stateOf(changes: readonly ChangeResult[]): Map<string, unknown> {
  const state = new Map<string, unknown>()
  for (const { operationType, documentKey, fullDocument } of changes) {
    const key = JSON.stringify(documentKey)
    switch (operationType) {
      case 'snapshot':
      case 'insert':
      case 'replace':
      case 'update':
        if (fullDocument !== null) state.set(key, fullDocument)
        break
      case 'delete':
        state.delete(key)
        break
      case 'drop':
      case 'rename':
      case 'snapshotStart':
        state.clear()
    }
  }
  return state
}

/** The same of documents as they are read from a collection. */
export function stateIn(documents: readonly { readonly _id: unknown }[]): Map<string, unknown> {
  return new Map(documents.map((document) => [JSON.stringify({ _id: document._id }), document]))
}

/** What happened, a word each. */
export function typesOf(changes: readonly ChangeResult[]): string[] {
  return changes.map(({ operationType }) => operationType)
}
