import type { MsgHdrs } from '@nats-io/transport-node'
import { LazyDocument } from '../../../bson/codec/lazy-document.ts'
import { encodeDocument } from '../../../bson/codec/encode.ts'
import type { CollectionDocument } from '../../changes/change-source.ts'
import { type Part, readPart, splitDocuments, writePart } from '../parts.ts'

/** Documents as an ingester sends them: each as its key and itself, both as BSON, one after the other. */
export interface DocumentsAnswer {
  readonly data: Uint8Array
  /** Whether the collection has no more of them. */
  readonly isEnd: boolean
}

/** A part of an answer. */
export interface AnswerPart extends Part {
  readonly isEnd: boolean
}

/** What of an answer a document takes. */
export function writeDocument({ key, document }: CollectionDocument): Uint8Array[] {
  return [encodeDocument(key), document.bytes]
}

/** Writes what is not in the data into headers. */
export function writeAnswerHeaders(headers: MsgHdrs, part: AnswerPart): MsgHdrs {
  headers.set('Tailrace-Documents', part.isEnd ? 'end' : 'more')
  writePart(headers, part)
  return headers
}

/** A message of an answer; `undefined` where it is no such message. */
export function readAnswerPart(headers: MsgHdrs | undefined, data: Uint8Array): AnswerPart | undefined {
  const what = headers?.get('Tailrace-Documents')
  const part = headers && what ? readPart(headers, data) : undefined
  return part && { ...part, isEnd: what === 'end' }
}

/**
 * The documents of an answer, sharing its memory; one at least, unless it is the end.
 *
 * @throws TypeError where it is cut off
 */
export function readDocuments({ data, isEnd }: DocumentsAnswer): CollectionDocument[] {
  const all = splitDocuments(data)
  if (!all || all.length % 2 !== 0 || (all.length === 0 && !isEnd)) {
    throw new TypeError('An answer with documents is cut off')
  }
  const documents: CollectionDocument[] = []
  for (let n = 0; n < all.length; n += 2) {
    // both are there
    const [key, document] = all.slice(n, n + 2) as [Uint8Array, Uint8Array]
    documents.push({ key: new LazyDocument(key).decode(), document: new LazyDocument(document) })
  }
  return documents
}
