import { randomUUID } from 'node:crypto'
import type { MsgHdrs, NatsConnection } from '@nats-io/transport-node'

/** Bytes, or a part of them where they are more than a message may have. */
export interface Part {
  readonly data: Uint8Array
  /** Which part it is, from 1 on. */
  readonly part: number
  /** Of how many. */
  readonly parts: number
  /** Tells the parts that were made together from others of the same; empty where there is one alone. */
  readonly whole: string
}

/** What headers may take of a message, in bytes. */
const HEADER_BYTES = 16_384

/** How large the data of a message may be at a broker, in bytes. */
export function dataLimit({ info }: NatsConnection): number {
  return (info?.max_payload ?? 1_048_576) - HEADER_BYTES
}

/** Cuts bytes into parts of a size at most; no bytes at all are one part. They share the memory. */
export function toParts(data: Uint8Array, maxBytes: number): Part[] {
  const parts = Math.ceil(data.length / maxBytes)
  if (parts <= 1) return [{ data, part: 1, parts: 1, whole: '' }]
  const whole = randomUUID()
  return Array.from({ length: parts }, (_, index): Part => {
    const part = index + 1
    return { data: data.subarray(index * maxBytes, part * maxBytes), part, parts, whole }
  })
}

/** Writes which part it is into headers, unless it is all. */
export function writePart(headers: MsgHdrs, { part, parts, whole }: Part): void {
  if (parts > 1) headers.set('Tailrace-Part', `${part}/${parts}/${whole}`)
}

/** Reads what {@link writePart} wrote; `undefined` for anything else. */
export function readPart(headers: MsgHdrs, data: Uint8Array): Part | undefined {
  const [ofPart, ofParts, whole = ''] = (headers.get('Tailrace-Part') || '1/1/').split('/')
  const [part, parts] = [Number(ofPart), Number(ofParts)]
  return part >= 1 && part <= parts ? { data, part, parts, whole } : undefined
}

/** Puts parts together. */
export interface PartCollector<T extends Part> {
  /**
   * Takes the next one.
   *
   * @returns it, with all of the bytes where it is the last part; `'more'` where more parts follow; `'broken'` where
   *   those before it are missing, or belong to another one
   */
  take(part: T): T | 'more' | 'broken'
}

/** Begins before a first part. */
export function createPartCollector<T extends Part>(): PartCollector<T> {
  let pieces: Uint8Array[] = []
  let current = ''
  return {
    take(given) {
      const { part, parts, whole, data } = given
      // who took over from one that stopped amidst something begins with it again
      if (part === 1) {
        pieces = []
        current = whole
      }
      if (parts === 1) return given
      if (part !== pieces.length + 1 || whole !== current) return 'broken'
      pieces.push(data)
      if (part < parts) return 'more'
      const all = Buffer.concat(pieces)
      pieces = []
      return { ...given, data: all, part: 1, parts: 1 }
    },
  }
}

/** BSON documents that are one after the other, sharing their memory; `undefined` where the last one is cut off. */
export function splitDocuments(data: Uint8Array): Uint8Array[] | undefined {
  const documents: Uint8Array[] = []
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  for (let at = 0; at < data.length;) {
    const size = at + 5 <= data.length ? view.getInt32(at, true) : 0
    if (size < 5 || at + size > data.length) return undefined
    documents.push(data.subarray(at, at + size))
    at += size
  }
  return documents
}
