import type { Batch } from '../feed/sink.ts'

/** A batch as frames for operations whose ids have the same length. */
interface Template {
  readonly bytes: Buffer
  /** Where the id goes in each frame. */
  readonly offsets: readonly number[]
}

/** Payloads from this size on are not copied for each operation, in bytes. */
const LARGE_BYTES = 16_384

const BEFORE_ID = Buffer.from('{"id":')
const AFTER_ID = Buffer.from(',"type":"next","payload":')
const END = Buffer.from('}')

const templates = new WeakMap<Batch, Map<number, Template>>()

/**
 * The WebSocket frames that carry a batch as `next` messages of one operation, in as few buffers as is cheap.
 *
 * Cost: the frames are made once for all operations of a cohort, because only the bytes of the id differ; each operation
 * costs one copy, and large payloads are not even copied.
 *
 * @param id the operation's id as JSON
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 */
export function nextFrames(batch: Batch, id: Buffer): readonly Buffer[] {
  if (batch.bytes / batch.payloads.length >= LARGE_BYTES) return largeFrames(batch, id)
  const { bytes, offsets } = templateOf(batch, id.length)
  const frames = Buffer.allocUnsafe(bytes.length)
  frames.set(bytes)
  for (const offset of offsets) frames.set(id, offset)
  return [frames]
}

function largeFrames({ payloads }: Batch, id: Buffer): Buffer[] {
  return payloads.flatMap((payload) => {
    const length = BEFORE_ID.length + id.length + AFTER_ID.length + payload.length + END.length
    return [Buffer.concat([header(length), BEFORE_ID, id, AFTER_ID]), payload, END]
  })
}

function templateOf(batch: Batch, idLength: number): Template {
  let byLength = templates.get(batch)
  if (!byLength) templates.set(batch, (byLength = new Map<number, Template>()))
  const known = byLength.get(idLength)
  if (known) return known
  const template = toTemplate(batch, idLength)
  byLength.set(idLength, template)
  return template
}

function toTemplate({ payloads }: Batch, idLength: number): Template {
  const id = Buffer.alloc(idLength)
  const offsets: number[] = []
  const parts: Buffer[] = []
  let at = 0
  for (const payload of payloads) {
    const length = BEFORE_ID.length + idLength + AFTER_ID.length + payload.length + END.length
    const head = header(length)
    offsets.push(at + head.length + BEFORE_ID.length)
    parts.push(head, BEFORE_ID, id, AFTER_ID, payload, END)
    at += head.length + length
  }
  return { bytes: Buffer.concat(parts, at), offsets }
}

// an unfragmented text message, not masked, because it comes from a server
function header(length: number): Buffer {
  const TEXT = 0x81
  if (length < 126) return Buffer.from([TEXT, length])
  if (length < 65_536) return Buffer.from([TEXT, 126, length >> 8, length & 0xff])
  const head = Buffer.alloc(10)
  head[0] = TEXT
  head[1] = 127
  head.writeBigUInt64BE(BigInt(length), 2)
  return head
}
