import { createHash } from 'node:crypto'
import { decodeDocument } from '../../bson/codec/decode.ts'
import { RawDocument, type Encodable } from '../../bson/codec/encode.ts'
import { Binary, doc, Int32, Long, type BsonDocument } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import type { CatalogChange, DocumentChange, OplogEntry, UpdateDescription } from '../storage/oplog.ts'
import type { StreamOptions } from './options.ts'
import { toTokenString, type ResumeToken } from './resume-token.ts'

/** A change event, its embedded documents still encoded. */
export type ChangeEvent = Map<string, Encodable>

/** What `updateLookup` finds: the current version of a document, encoded. */
export type Lookup = (entry: OplogEntry, id: BsonDocument) => Buffer | undefined

/** The events that a stream without `showExpandedEvents` shows. */
const CLASSIC = new Set(['insert', 'update', 'replace', 'delete', 'drop', 'rename', 'dropDatabase'])
/** The hash that stands for "no user" in session ids. */
const NO_USER = new Binary(createHash('sha256').digest(), 0)

/** Whether a stream shows entries of this kind. */
export function isShown(entry: OplogEntry, options: StreamOptions): boolean {
  return options.showExpandedEvents || (CLASSIC.has(entry.change.kind) && !entry.view)
}

const tokens = new WeakMap<OplogEntry, string>()

/** The resume token of an entry's event. Made once per entry, however many streams show it. */
export function entryToken(entry: OplogEntry): string {
  let token = tokens.get(entry)
  if (token === undefined) tokens.set(entry, (token = toTokenString(entryPosition(entry, false))))
  return token
}

/** The resume token of the `invalidate` that follows an entry's event. */
export function invalidateToken(entry: OplogEntry): string {
  return toTokenString(entryPosition(entry, true))
}

function entryPosition(entry: OplogEntry, fromInvalidate: boolean): ResumeToken {
  const { change, time, index, uuid } = entry
  const subject = 'id' in change ? doc({ documentKey: doc({ _id: change.id }) }) : catalogSubject(change)
  const event: BsonDocument = new Map([['operationType', change.kind], ...subject])
  return { time, kind: 'event', index, fromInvalidate, event, ...(uuid ? { uuid } : {}) }
}

function catalogSubject(change: CatalogChange): BsonDocument {
  return 'description' in change ? doc({ operationDescription: change.description }) : doc({})
}

/**
 * The change event of an oplog entry, as a stream with these options shows it.
 * @throws CommandError NoMatchingDocument when a required image was not recorded
 * @see https://www.mongodb.com/docs/manual/reference/change-events/
 */
export function toChangeEvent(entry: OplogEntry, options: StreamOptions, lookup: Lookup): ChangeEvent {
  const { change, db, coll } = entry
  const event: ChangeEvent = head(entryToken(entry), change.kind, entry)
  if (options.showExpandedEvents && entry.uuid && !entry.view)
    event.set('collectionUUID', new Binary(entry.uuid, Binary.SUBTYPE_UUID))
  const ns: BsonDocument = doc({ db, coll })
  if ('id' in change) {
    const documentKey = doc({ _id: change.id })
    setFullDocument(event, entry, change, options, () => lookup(entry, documentKey))
    event.set('ns', ns).set('documentKey', documentKey)
    if (change.kind === 'update') event.set('updateDescription', describe(change.description, options))
    if (change.kind !== 'insert') setBefore(event, change, options)
  } else {
    event.set('ns', ns)
    setCatalogFields(event, change, options)
  }
  return event
}

/** The event after one that ended what the stream watches. */
export function toInvalidateEvent(entry: OplogEntry): ChangeEvent {
  return head(invalidateToken(entry), 'invalidate', entry)
}

function head(token: string, operationType: string, { time, wall, transaction, change }: OplogEntry): ChangeEvent {
  const event: ChangeEvent = new Map<string, Encodable>([
    ['_id', new Map([['_data', token]])],
    ['operationType', operationType],
    ['clusterTime', time],
    ['wallTime', wall],
  ])
  if (transaction && 'id' in change) {
    event.set('txnNumber', Long.fromBigInt(transaction.txnNumber))
    event.set('lsid', new Map([...transaction.lsid, ['uid', NO_USER]]))
  }
  return event
}

function setFullDocument(
  event: ChangeEvent,
  entry: OplogEntry,
  change: DocumentChange,
  { fullDocument }: StreamOptions,
  current: () => Buffer | undefined,
): void {
  if (change.kind === 'delete') return
  if (change.kind !== 'update') return void event.set('fullDocument', new RawDocument(change.after))
  if (fullDocument === 'default') return
  const image = fullDocument === 'updateLookup' ? current() : change.after
  if (!image && fullDocument === 'required') throw missingImage('post', entry)
  event.set('fullDocument', image ? new RawDocument(image) : null)
}

function setBefore(event: ChangeEvent, change: DocumentChange & { before?: Buffer }, options: StreamOptions): void {
  if (options.fullDocumentBeforeChange === 'off') return
  if (!change.before && options.fullDocumentBeforeChange === 'required') throw missingImage('pre')
  event.set('fullDocumentBeforeChange', change.before ? new RawDocument(change.before) : null)
}

function missingImage(which: 'pre' | 'post', entry?: OplogEntry): CommandError {
  return new CommandError(
    'NoMatchingDocument',
    `Change stream was configured to require a ${which}-image for all update${which === 'pre' ? ', delete and replace' : ''} events, but the ${which}-image was not found${entry ? ` in ${entry.db}.${entry.coll ?? ''}` : ''}`,
  )
}

function describe(description: UpdateDescription, { showExpandedEvents }: StreamOptions): BsonDocument {
  const shown: BsonDocument = doc({
    updatedFields: description.updatedFields,
    removedFields: [...description.removedFields],
    truncatedArrays: description.truncatedArrays.map(({ field, newSize }) =>
      doc({ field, newSize: new Int32(newSize) }),
    ),
  })
  if (showExpandedEvents) shown.set('disambiguatedPaths', description.disambiguatedPaths)
  return shown
}

function setCatalogFields(event: ChangeEvent, change: CatalogChange, { showExpandedEvents }: StreamOptions): void {
  if (change.kind === 'rename') event.set('to', doc(change.to))
  if (!showExpandedEvents) return
  if ('description' in change) event.set('operationDescription', change.description)
  if ('state' in change && change.state) event.set('stateBeforeChange', change.state)
}

/** The event as a plain document, for stages that look into it. */
export function decodeEvent(event: ChangeEvent): BsonDocument {
  const decoded: BsonDocument = new Map()
  for (const [name, value] of event) {
    // every other part of an event was made of values
    decoded.set(name, value instanceof RawDocument ? decodeDocument(value.bytes) : (value as BsonDocument))
  }
  return decoded
}
