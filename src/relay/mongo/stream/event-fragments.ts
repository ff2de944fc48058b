import { elements } from '../../../bson/codec/read.ts'
import { encodeDocument } from '../../../bson/codec/encode.ts'
import { joinElements } from '../../../bson/codec/join-elements.ts'
import { LazyDocument } from '../../../bson/codec/lazy-document.ts'
import { toNumber, isDocument, isNumber, type BsonDocument } from '../../../bson/values.ts'
import type { ServerToken } from '../../changes/tokens/resume-token.ts'

/**
 * The pipeline that has a server send an event over 16 MiB in fragments.
 *
 * @see https://www.mongodb.com/docs/manual/reference/operator/aggregation/changeStreamSplitLargeEvent/
 */
export const SPLIT_LARGE_EVENTS = [{ $changeStreamSplitLargeEvent: {} }]

/** How the token of an event's first fragment ends: with its number, which is 0, and the end mark. */
const FIRST_FRAGMENT = /^82[0-9A-F]+2904$/i

/** The end mark of a token. */
const END = '04'

/** The order in which servers send the fields of an event that is not split; others come before the last of them. */
const IN_ORDER = [
  ...['operationType', 'clusterTime', 'collectionUUID', 'wallTime', 'txnNumber', 'lsid'],
  ...['fullDocument', 'ns', 'documentKey', 'updateDescription'],
]
const AT_THE_END = 'fullDocumentBeforeChange'

/** Puts the fragments of large events together again. */
export interface EventAssembler {
  /** Whether it holds a part of an event. */
  readonly isHolding: boolean
  /**
   * Takes what the server sent, as BSON: gives whole events as they are, and one that came in fragments with its last
   * fragment; before that `undefined`. What it gives is what the server would have sent if it could: fields in their
   * order, and the event's own token, which does not depend on how a stream's options have it split.
   *
   * **Cost**: passes over the event's own fields, without decoding them.
   */
  add(raw: Uint8Array): Uint8Array | undefined
  /** A position without an event: where it is that of the last fragment of an event, the event's own. */
  toPosition(token: ServerToken): ServerToken
}

/** Makes one for a stream. Holds one event at most, which can be of three documents: about 48 MiB. */
export function createEventAssembler(): EventAssembler {
  let held: Field[] = []
  // what is known of the event's own token, from its first fragment
  let own: ServerToken | undefined
  let last: { readonly data: unknown; readonly own: ServerToken } | undefined
  return {
    get isHolding() {
      return held.length > 0
    },
    add(raw) {
      const event = new LazyDocument(raw)
      const place = placeOf(event)
      if (!place) return raw
      held.push(...fieldsOf(raw).filter(({ name }) => name !== '_id' && name !== 'splitEvent'))
      const token = event.value('_id')
      if (place.fragment === 1) own = isDocument(token) ? ownTokenOf(token) : undefined
      if (place.fragment < place.of) return undefined
      if (own && isDocument(token)) last = { data: token.get('_data'), own }
      const [id] = fieldsOf(own ? encodeDocument(new Map([['_id', own]])) : raw).filter(({ name }) => name === '_id')
      const fields = held.toSorted((one, other) => rankOf(one) - rankOf(other))
      held = []
      own = undefined
      return joinElements((id ? [id, ...fields] : fields).map(({ element }) => element))
    },
    toPosition: (token) => (last && token.get('_data') === last.data ? last.own : token),
  }
}

/** A field of a document, whose memory it shares. */
interface Field {
  readonly name: string
  /** Type, name and value: what a document consists of. */
  readonly element: Uint8Array
}

function fieldsOf(raw: Uint8Array): Field[] {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  return Array.from(elements(bytes), ({ name, start, end }) => ({ name, element: bytes.subarray(start, end) }))
}

function rankOf({ name }: Field): number {
  if (name === AT_THE_END) return IN_ORDER.length + 1
  const rank = IN_ORDER.indexOf(name)
  return rank < 0 ? IN_ORDER.length : rank
}

/** The token that an event has where it is not split; `undefined` where a server makes them otherwise. */
function ownTokenOf(first: BsonDocument): ServerToken | undefined {
  const data = first.get('_data')
  if (typeof data !== 'string' || !FIRST_FRAGMENT.test(data)) return undefined
  return new Map([...first, ['_data', data.slice(0, -2 * END.length) + END]])
}

function placeOf(event: LazyDocument): { readonly fragment: number; readonly of: number } | undefined {
  const splitEvent = event.field('splitEvent')
  if (!(splitEvent instanceof LazyDocument)) return undefined
  const numberOf = (name: string) => {
    const value = splitEvent.value(name)
    return isNumber(value) ? toNumber(value) : NaN
  }
  return { fragment: numberOf('fragment'), of: numberOf('of') }
}
