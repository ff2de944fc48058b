import { EJSON } from 'bson'
import type { WireChange } from './wire.ts'

/** The documents of a collection by their key, each as text. */
export type State = ReadonlyMap<string, string>

/** What of an event decides about the state. */
export type StateEvent = Pick<WireChange, 'operationType' | 'documentKey' | 'fullDocument'>

/** Applies an event, as the contract says that whoever keeps a copy does. */
export function applyTo(state: Map<string, string>, { operationType, documentKey, fullDocument }: StateEvent): void {
  const key = EJSON.stringify(documentKey)
  switch (operationType) {
    case 'snapshot':
    case 'insert':
    case 'replace':
    case 'update':
      if (fullDocument !== null && fullDocument !== undefined) state.set(key, EJSON.stringify(fullDocument))
      break
    case 'delete':
      state.delete(key)
      break
    case 'snapshotStart':
    case 'drop':
    case 'rename':
      state.clear()
  }
}

/** The state of documents that were read. */
export function stateOfDocuments(documents: readonly { readonly _id: unknown }[]): State {
  return new Map(documents.map((one) => [EJSON.stringify({ _id: one._id }), EJSON.stringify(one)]))
}

/** How many documents are missing, there and should not be, or another version. */
export function differences(state: State, expected: State): number {
  const wrong = [...expected].filter(([key, document]) => state.get(key) !== document).length
  return wrong + [...state.keys()].filter((key) => !expected.has(key)).length
}
