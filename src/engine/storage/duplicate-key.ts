import { doc, isDocument, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { parsePath, valuesAt } from '../../bson/query/path.ts'
import { toShellText } from '../../bson/shell-text.ts'
import type { Collection } from './collection.ts'

/** The error of a second document with the same key, as the server words it. */
export function duplicateKey(
  collection: Collection,
  indexName: string,
  keyPattern: BsonValue | undefined,
  document: BsonDocument,
): CommandError {
  const pattern = isDocument(keyPattern) ? keyPattern : doc({})
  const keyValue: BsonDocument = new Map(
    [...pattern.keys()].map((path) => [path, valuesAt(document, parsePath(path), 'whole')[0] ?? null]),
  )
  return new CommandError(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${collection.namespace} index: ${indexName} dup key: ${toShellText(keyValue)}`,
    { fields: { keyPattern: pattern, keyValue } },
  )
}
