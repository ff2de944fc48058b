import type { Writable } from 'node:stream'
import type { Batch } from '../../../../relay/feed/sink.ts'

/** A batch as frames for operations whose ids have the same length. */
interface Template {
  /** The frames, with the id that was put there last. Only those that they are given to hold them. */
  bytes: Buffer
  id: string
  /** Where the id goes in each frame. */
  readonly offsets: readonly number[]
}

/** Payloads from this size on are not copied for each operation, in bytes. */
const LARGE_BYTES = 16_384

const BEFORE_ID = Buffer.from('{"id":"')
const AFTER_ID = Buffer.from('","type":"next","payload":')
const END = Buffer.from('}')

const templates = new WeakMap<Batch, Map<number, Template>>()

/**
 * The WebSocket frames that carry a batch as `next` messages of one operation, in as few buffers as is cheap.
 *
 * Cost: the frames are made once for all operations of a cohort, because only the bytes of the id differ; each
 * operation costs one copy, and large payloads are not even copied.
 *
 * @param id the operation's id as it is within a JSON string
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 */
export function nextFrames(batch: Batch, id: string): readonly Buffer[] {
  return isLarge(batch) ? largeFrames(batch, id) : [Buffer.from(stamp(templateOf(batch, id), id))]
}

/**
 * Writes the frames that {@link nextFrames} gives to a socket that nothing else is written to in this turn of the event
 * loop.
 *
 * Cost: a socket that takes them at once, as most do, costs no copy either: the next one gets the same bytes with its
 * own id. Only what a socket keeps is left to it.
 */
export function writeNextFrames(batch: Batch, id: string, socket: Writable): void {
  if (isLarge(batch)) {
    socket.cork()
    for (const chunk of largeFrames(batch, id)) socket.write(chunk)
    return socket.uncork()
  }
  const template = templateOf(batch, id)
  socket.write(stamp(template, id))
  if (socket.writableLength > 0) template.bytes = Buffer.from(template.bytes)
}

function isLarge({ bytes, payloads }: Batch): boolean {
  return bytes / payloads.length >= LARGE_BYTES
}

function stamp(template: Template, id: string): Buffer {
  const { bytes, offsets } = template
  if (template.id === id) return bytes
  for (const offset of offsets) bytes.write(id, offset)
  template.id = id
  return bytes
}

function largeFrames({ payloads }: Batch, idText: string): Buffer[] {
  const id = Buffer.from(idText)
  return payloads.flatMap((payload) => {
    const length = BEFORE_ID.length + id.length + AFTER_ID.length + payload.length + END.length
    return [Buffer.concat([header(length), BEFORE_ID, id, AFTER_ID]), payload, END]
  })
}

function templateOf(batch: Batch, id: string): Template {
  let byLength = templates.get(batch)
  if (!byLength) templates.set(batch, (byLength = new Map<number, Template>()))
  const length = Buffer.byteLength(id)
  const known = byLength.get(length)
  if (known) return known
  const template = toTemplate(batch, id, length)
  byLength.set(length, template)
  return template
}

function toTemplate({ payloads }: Batch, id: string, idLength: number): Template {
  const idBytes = Buffer.from(id)
  const offsets: number[] = []
  const parts: Buffer[] = []
  let at = 0
  for (const payload of payloads) {
    const length = BEFORE_ID.length + idLength + AFTER_ID.length + payload.length + END.length
    const head = header(length)
    offsets.push(at + head.length + BEFORE_ID.length)
    parts.push(head, BEFORE_ID, idBytes, AFTER_ID, payload, END)
    at += head.length + length
  }
  return { bytes: Buffer.concat(parts, at), id, offsets }
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
