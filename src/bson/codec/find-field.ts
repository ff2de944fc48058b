import { countWithin } from '../work-budget.ts'
import { cstringEnd, documentLength, valueLength } from './read.ts'

/** Where a value lies within the bytes of a document. */
export interface ValueBytes {
  /** BSON's number for its type. */
  readonly type: number
  readonly at: number
  /** Just after it. */
  readonly end: number
}

/**
 * Finds a field of a document without decoding any value; `undefined` where there is none. Of several with one name it
 * is the last, as in a decoded document.
 *
 * **Cost**: passes over each field's name and length.
 *
 * @throws CommandError InvalidBSON for bytes that are not BSON, which no server sends
 * @see https://bsonspec.org/spec.html
 */
export function findField(document: Buffer, name: string): ValueBytes | undefined {
  // no name holds a zero, which would be taken for the end of one
  if (name.includes('\0')) return undefined
  const text = toByteText(name)
  const limit = documentLength(document, 0) - 1
  let found: ValueBytes | undefined
  let at = 4
  let passed = 1
  for (; at < limit; passed++) {
    const type = document[at] as number
    const nameAt = at + 1
    const valueAt = cstringEnd(document, nameAt, limit) + 1
    at = valueAt + valueLength(document, type, valueAt, limit)
    if (valueAt - nameAt === text.length + 1 && isTextAt(document, nameAt, text)) found = { type, at: valueAt, end: at }
  }
  countWithin(passed)
  return found
}

const NOT_ASCII = /[^\x00-\x7f]/

// one character for each byte of UTF-8
function toByteText(name: string): string {
  return NOT_ASCII.test(name) ? Buffer.from(name).toString('latin1') : name
}

function isTextAt(bytes: Buffer, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false
  return true
}
