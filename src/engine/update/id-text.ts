import type { BsonDocument } from '../../bson/values.ts'
import { fieldText } from '../../bson/codec/text.ts'

/** How messages name a document: by its `_id`. */
export function idText(document: BsonDocument): string {
  const id = document.get('_id')
  return id === undefined ? 'no id' : fieldText('_id', id)
}
