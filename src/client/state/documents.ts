import type { Change } from '../watch-options.ts'

/** A change as far as it says what documents there are. */
export type DocumentChange<Document> = Pick<
  Change<'documentKey' | 'fullDocument', Document>,
  'operationType' | 'documentKey' | 'fullDocument'
>

/** The documents of a collection, made of its changes. */
export interface Documents<Document> {
  /** By the text of the document key. What is shown: while a snapshot is under way anew, the documents before it. */
  readonly shown: ReadonlyMap<string, Document>
  /** How many are held, with those of a snapshot under way. */
  readonly size: number
  /** Whether those that are shown are all: a snapshot is complete, and no other one under way. */
  readonly isComplete: boolean
  /** Takes the next change. Gives whether what is shown, or whether it is complete, is another now. */
  apply(change: DocumentChange<Document>): boolean
  /** What there was counts no more, as with `snapshotStart`: shown until the snapshot that follows is complete. */
  expire(): void
}

/** The text by which a document is found: that of its document key as JSON. */
export function toKeyText(documentKey: unknown): string {
  return JSON.stringify(documentKey)
}

/** Makes documents of the events of a subscription with `snapshot`. **Cost**: of a change, its key. */
export function createDocuments<Document>(): Documents<Document> {
  let shown = new Map<string, Document>()
  // where changes go: what is shown, unless that waits for another snapshot
  let current = shown
  let isComplete = false

  function expire(): void {
    // nothing is gained by showing a part of it
    if (isComplete || current !== shown) current = new Map()
    else shown.clear()
    isComplete = false
  }

  return {
    get shown() {
      return shown
    },
    get size() {
      return shown.size + (current === shown ? 0 : current.size)
    },
    get isComplete() {
      return isComplete
    },
    expire,
    apply({ operationType, documentKey, fullDocument }) {
      switch (operationType) {
        case 'snapshot':
        case 'insert':
        case 'replace':
        case 'update':
          // where it is gone already, a delete follows
          if (fullDocument === null) return false
          current.set(toKeyText(documentKey), fullDocument)
          return current === shown
        case 'delete':
          return current.delete(toKeyText(documentKey)) && current === shown
        case 'snapshotStart':
          expire()
          return true
        case 'snapshotEnd':
          shown = current
          isComplete = true
          return true
        case 'drop':
        case 'rename':
        case 'dropDatabase':
          shown = new Map()
          current = shown
          return true
        default:
          return false
      }
    },
  }
}
