import type { JsonText } from '../../../bson/ejson/json-text.ts'
import { toLastingText } from '../../changes/unpooled-bytes.ts'

/** Texts of at least so many bytes are copied as bytes; shorter ones are put together as text, which is cheaper. */
const LARGE_BYTES = 4_096

/** Text that is written piece by piece, up to a limit. */
export interface ResultText {
  /** @throws TooLarge when that makes more than the limit; texts that are ready are not copied before that is clear */
  add(piece: string | JsonText): void
  /** Everything in UTF-8, to be kept. */
  toBuffer(): Buffer
}

/** Thrown when a result would have more bytes than it may. */
export class TooLarge extends Error {}

/** Starts with nothing. */
export function createResultText(maxBytes: number): ResultText {
  const parts: Buffer[] = []
  let text = ''
  let left = maxBytes

  return {
    add(piece) {
      const isText = typeof piece === 'string'
      left -= isText ? Buffer.byteLength(piece) : piece.bytes.length
      if (left < 0) throw new TooLarge(`A result of more than ${maxBytes} bytes`)
      if (isText) text += piece
      else if (piece.bytes.length < LARGE_BYTES) text += piece.text
      else {
        parts.push(Buffer.from(text), piece.bytes)
        text = ''
      }
    },
    toBuffer: () => (parts.length === 0 ? toLastingText(text) : Buffer.concat([...parts, Buffer.from(text)])),
  }
}
