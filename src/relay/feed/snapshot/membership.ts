import { LazyDocument } from '../../../bson/codec/lazy-document.ts'
import type { BsonDocument } from '../../../bson/values.ts'
import type { Change } from '../../changes/change.ts'
import { madeChange } from '../../changes/to-change.ts'
import type { SnapshotRequest } from '../request.ts'

/** Tells whether an event, or what stands for a document, matches a filter on documents. */
export type MemberTest = (event: LazyDocument) => boolean

/** Events about a collection as a whole. */
const CATALOG_TYPES = new Set(['drop', 'rename', 'dropDatabase', 'invalidate'])

/**
 * A change as it is for those who keep the documents that match a filter, or all where there is none: one that starts
 * to match is inserted, one that stops to match is deleted, and `undefined` says that nothing changes for them.
 *
 * Needs the document of updates. Where it is null the document is gone already, and so it is to them. Pre-images are of
 * use, and not needed: a document that does not match is deleted without one, whether or not it had matched.
 */
export function toMemberChange(
  change: Change,
  matches: MemberTest | undefined,
  { hidesPreImages }: Pick<SnapshotRequest, 'hidesPreImages'>,
): Change | undefined {
  const member = matches ? asMember(change, matches) : change
  return member && hidesPreImages ? withoutPreImage(member) : member
}

function asMember(change: Change, matches: MemberTest): Change | undefined {
  const { event, resumeToken } = change
  const operationType = event.value('operationType')
  // a string in every event
  if (CATALOG_TYPES.has(operationType as string)) return change
  switch (operationType) {
    case 'snapshot':
    case 'insert':
      return matches(event) ? change : undefined
    case 'delete':
      return wasMember(event, matches) === false ? undefined : change
    case 'update':
    case 'replace': {
      const isMember = event.field('fullDocument') instanceof LazyDocument && matches(event)
      const was = wasMember(event, matches)
      if (isMember) return was === false ? madeChange(resumeToken, as(event, 'insert', ['updateDescription'])) : change
      const gone = ['updateDescription', 'fullDocument']
      return was === false ? undefined : madeChange(resumeToken, as(event, 'delete', gone))
    }
    default:
      return undefined
  }
}

function withoutPreImage(change: Change): Change {
  const { event, resumeToken } = change
  if (event.field('fullDocumentBeforeChange') === undefined) return change
  const fields: BsonDocument = new Map(event.decode())
  fields.delete('fullDocumentBeforeChange')
  return madeChange(resumeToken, fields)
}

/** `undefined` where there is no pre-image. */
function wasMember(event: LazyDocument, matches: MemberTest): boolean | undefined {
  const before = event.value('fullDocumentBeforeChange')
  if (!(before instanceof Map)) return undefined
  const { event: past } = madeChange('', as(event, 'snapshot', [], [['fullDocument', before]]))
  return matches(past)
}

function as(
  event: LazyDocument,
  operationType: string,
  without: readonly string[],
  changed: Iterable<readonly [string, BsonDocument]> = [],
): BsonDocument {
  const fields: BsonDocument = new Map([...event.decode(), ...changed])
  for (const name of without) fields.delete(name)
  return fields.set('operationType', operationType)
}
