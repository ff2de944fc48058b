import { elements } from '../../../bson/codec/read.ts'
import { LazyDocument } from '../../../bson/codec/lazy-document.ts'
import { toNumber, isNumber } from '../../../bson/values.ts'

/**
 * The pipeline that has a server send an event over 16 MiB in fragments.
 *
 * @see https://www.mongodb.com/docs/manual/reference/operator/aggregation/changeStreamSplitLargeEvent/
 */
export const SPLIT_LARGE_EVENTS = [{ $changeStreamSplitLargeEvent: {} }]

/** Puts the fragments of large events together again. */
export interface EventAssembler {
  /** Whether it holds a part of an event. */
  readonly isHolding: boolean
  /**
   * Takes what the server sent, as BSON: gives whole events as they are, and one that came in fragments with its last
   * fragment, whose token it has; before that `undefined`.
   *
   * **Cost**: passes over the event's own fields, without decoding them.
   */
  add(raw: Uint8Array): Uint8Array | undefined
}

/** Makes one for a stream. Holds one event at most, which can be of three documents: about 48 MiB. */
export function createEventAssembler(): EventAssembler {
  let held: Uint8Array[] = []
  return {
    get isHolding() {
      return held.length > 0
    },
    add(raw) {
      const place = placeOf(raw)
      if (!place) return raw
      const fields = fieldsOf(raw)
      held.push(...fields.filter(({ name }) => name !== '_id' && name !== 'splitEvent').map(({ element }) => element))
      if (place.fragment < place.of) return undefined
      const id = fields.filter(({ name }) => name === '_id').map(({ element }) => element)
      const whole = toDocument([...id, ...held])
      held = []
      return whole
    },
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

function placeOf(raw: Uint8Array): { readonly fragment: number; readonly of: number } | undefined {
  const splitEvent = new LazyDocument(raw).field('splitEvent')
  if (!(splitEvent instanceof LazyDocument)) return undefined
  const numberOf = (name: string) => {
    const value = splitEvent.value(name)
    return isNumber(value) ? toNumber(value) : NaN
  }
  return { fragment: numberOf('fragment'), of: numberOf('of') }
}

/** @see https://bsonspec.org/spec.html */
function toDocument(elements: readonly Uint8Array[]): Uint8Array {
  const length = Buffer.alloc(4)
  length.writeInt32LE(elements.reduce((sum, { byteLength }) => sum + byteLength, length.length + 1))
  return Buffer.concat([length, ...elements, Buffer.alloc(1)])
}
