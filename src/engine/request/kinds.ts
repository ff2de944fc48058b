import { isDocument, type BsonDocument } from '../../bson/values.ts'

/** Commands that write documents: with the same `lsid` and `txnNumber` they are applied once. */
export const DOCUMENT_WRITES: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'findAndModify'])

/** Commands that end a transaction, and are sent to `admin`. */
export const ENDINGS: ReadonlySet<string> = new Set(['commitTransaction', 'abortTransaction'])

/** Commands that change something: a secondary never does, and they wait for a write concern, which can fail. */
export const WRITES: ReadonlySet<string> = new Set([
  ...DOCUMENT_WRITES,
  ...ENDINGS,
  ...['create', 'collMod', 'createIndexes', 'dropIndexes', 'drop', 'dropDatabase', 'renameCollection'],
])

/** Whether a command opens a change stream. */
export function opensChangeStream(body: BsonDocument): boolean {
  const stages = body.get('pipeline')
  const first = body.has('aggregate') && Array.isArray(stages) ? stages[0] : undefined
  return isDocument(first) && first.has('$changeStream')
}
