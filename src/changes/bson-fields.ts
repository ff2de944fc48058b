/** Where a value lies within the bytes of a document. */
export interface BsonValue {
  /** BSON's number for its type, as a signed byte. */
  readonly type: number
  readonly at: number
  /** Just after it. */
  readonly end: number
}

/**
 * Finds a field of a document without decoding any value; `undefined` where there is none. Of several with one name it is
 * the last, as in a decoded document.
 *
 * **Cost**: passes over each field's name and length.
 *
 * @throws RangeError for bytes that are no BSON, which no server sends
 * @see https://bsonspec.org/spec.html
 */
export function findField(document: Buffer, name: string): BsonValue | undefined {
  // no name holds a zero, which would be taken for the end of one
  if (name.includes('\0')) return undefined
  const text = toByteText(name)
  const end = document.readInt32LE(0) - 1
  let found: BsonValue | undefined
  let at = 4
  while (at < end) {
    const type = document.readInt8(at)
    const nameAt = at + 1
    const valueAt = endOfName(document, nameAt) + 1
    at = endOfValue(document, type, valueAt)
    if (valueAt - nameAt === text.length + 1 && isTextAt(document, nameAt, text)) found = { type, at: valueAt, end: at }
  }
  return found
}

/** Where a name that starts at `at` ends: its zero. */
export function endOfName(buffer: Buffer, at: number): number {
  let end = at
  // names are short, so that looking at each byte is faster than a search
  while (buffer[end] !== 0) if (++end >= buffer.length) throw new RangeError('A name does not end')
  return end
}

/** Just after the value of a type that starts at `at`. */
export function endOfValue(buffer: Buffer, type: number, at: number): number {
  const end = at + lengthOfValue(buffer, type, at)
  if (end < at || end > buffer.length) throw new RangeError('The document ends too early')
  return end
}

function lengthOfValue(buffer: Buffer, type: number, at: number): number {
  switch (type) {
    case 0x01:
    case 0x09:
    case 0x11:
    case 0x12:
      return 8
    case 0x02:
    case 0x0d:
    case 0x0e:
      return 4 + buffer.readInt32LE(at)
    case 0x03:
    case 0x04:
    case 0x0f:
      return buffer.readInt32LE(at)
    case 0x05:
      return 5 + buffer.readInt32LE(at)
    case 0x06:
    case 0x0a:
    case 0x7f:
    case -1:
      return 0
    case 0x07:
      return 12
    case 0x08:
      return 1
    case 0x0b:
      return endOfName(buffer, endOfName(buffer, at) + 1) + 1 - at
    case 0x0c:
      return 16 + buffer.readInt32LE(at)
    case 0x10:
      return 4
    case 0x13:
      return 16
    default:
      throw new RangeError(`Not a BSON type: ${type}`)
  }
}

// one character for each byte of UTF-8
function toByteText(name: string): string {
  return NOT_ASCII.test(name) ? Buffer.from(name).toString('latin1') : name
}

const NOT_ASCII = /[^\x00-\x7f]/

function isTextAt(buffer: Buffer, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (buffer[at + i] !== text.charCodeAt(i)) return false
  return true
}
