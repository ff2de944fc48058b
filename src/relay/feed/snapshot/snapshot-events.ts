import { type Encodable, encodeDocument } from '../../../bson/codec/encode.ts'
import { LazyDocument } from '../../../bson/codec/lazy-document.ts'
import { doc } from '../../../bson/values.ts'
import type { CollectionDocument } from '../../changes/change-source.ts'
import type { Change } from '../../changes/change.ts'
import { madeChange } from '../../changes/to-change.ts'

/** The event that holds a document of a snapshot. */
export function toSnapshotEvent(
  { db, coll }: { readonly db: string; readonly coll: string },
  { key, document }: CollectionDocument,
  resumeToken: string,
): Change {
  const bytes = encodeDocument(
    new Map<string, Encodable>([
      ['_id', doc({ _data: resumeToken })],
      ['operationType', 'snapshot'],
      ['ns', doc({ db, coll })],
      ['documentKey', key],
      ['fullDocument', document],
    ]),
  )
  return { resumeToken, event: new LazyDocument(bytes), raw: bytes }
}

/** What is said around the documents: what the subscriber had is to be forgotten, or there are no more of them. */
export function toSnapshotNotice(operationType: 'snapshotStart' | 'snapshotEnd', resumeToken: string): Change {
  return madeChange(resumeToken, new Map([['operationType', operationType]]))
}
