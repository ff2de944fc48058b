import { encodeDocument } from '../../../bson/codec/encode.ts'
import { compareStrings } from '../../../bson/compare.ts'
import { isDocument, type BsonArray, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { isIdentical } from '../identical.ts'
import { ArrayDelta, DocumentDelta } from './delta.ts'

/** What an oplog entry takes for a delta beside the delta itself. */
const DELTA_OVERHEAD_BYTES = 15

/**
 * The delta between two documents, as the server derives it for updates by pipelines; undefined when it would take as
 * much room as the new document, which is then logged whole, as a replacement.
 */
export function computeDelta(before: BsonDocument, after: BsonDocument): DocumentDelta | undefined {
  return diffDocuments(before, after, DELTA_OVERHEAD_BYTES)?.delta
}

/** A delta with the bytes that it takes in the oplog. */
interface Sized<D> {
  readonly delta: D
  readonly bytes: number
}

/** Adds up what a delta of one document takes: sections appear with their first field. */
class DocumentBytes {
  total: number
  readonly #sections = new Set<string>()

  constructor(overhead: number) {
    this.total = 5 + overhead
  }

  add(section: 'd' | 'u' | 'i', name: string, bytes: number): void {
    if (!this.#sections.has(section)) {
      this.#sections.add(section)
      this.total += elementBytes(section, 5)
    }
    this.total += elementBytes(name, bytes)
  }

  addBelow(name: string, bytes: number): void {
    this.total += elementBytes(`s${name}`, bytes)
  }
}

// fields are matched in order, as the server does: one that moved is removed and added again, and is then only added
function diffDocuments(before: BsonDocument, after: BsonDocument, overhead = 0): Sized<DocumentDelta> | undefined {
  const delta = new DocumentDelta()
  const bytes = new DocumentBytes(overhead)
  const limit = valueBytes(after)
  const gone = new Set<string>()
  const removed: string[] = []
  const rest = after.entries()
  let next = rest.next()
  for (const [name, value] of before) {
    if (next.done) {
      removed.push(name)
      continue
    }
    const [newName, newValue] = next.value
    if (name !== newName) {
      gone.add(name)
      continue
    }
    next = rest.next()
    if (isIdentical(value, newValue)) continue
    const below = diffBelow(value, newValue)
    if (below) {
      delta.below.set(name, below.delta)
      bytes.addBelow(name, below.bytes)
    } else {
      delta.update(name, newValue)
      bytes.add('u', name, valueBytes(newValue))
    }
    if (bytes.total > limit) return undefined
  }
  for (; !next.done; next = rest.next()) {
    const [name, value] = next.value
    delta.insert(name, value)
    bytes.add('i', name, valueBytes(value))
    gone.delete(name)
  }
  for (const name of [...removed, ...[...gone].sort(compareStrings)]) {
    delta.remove(name)
    bytes.add('d', name, 1)
  }
  return limit > bytes.total ? { delta, bytes: bytes.total } : undefined
}

function diffArrays(before: BsonArray, after: BsonArray): Sized<ArrayDelta> | undefined {
  const delta = new ArrayDelta()
  const limit = valueBytes(after)
  // the header that says that this is an array's delta
  let bytes = 5 + elementBytes('a', 1)
  for (const [index, value] of after.entries()) {
    const old = before[index]
    if (old !== undefined && isIdentical(old, value)) continue
    const below = old === undefined ? undefined : diffBelow(old, value)
    const name = String(index)
    delta.elements.set(index, below ? below.delta : { value })
    bytes += below ? elementBytes(`s${name}`, below.bytes) : elementBytes(`u${name}`, valueBytes(value))
    if (bytes > limit) return undefined
  }
  if (before.length > after.length) {
    delta.newSize = after.length
    bytes += elementBytes('l', 4)
  }
  return limit > bytes ? { delta, bytes } : undefined
}

function diffBelow(before: BsonValue, after: BsonValue): Sized<DocumentDelta | ArrayDelta> | undefined {
  if (isDocument(before) && isDocument(after)) return diffDocuments(before, after)
  if (Array.isArray(before) && Array.isArray(after)) return diffArrays(before, after)
  return undefined
}

/** How many bytes a value takes, without type and name. */
function valueBytes(value: BsonValue): number {
  return encodeDocument(new Map([['', value]])).length - 7
}

/** How many bytes an element takes: type, name and value. */
function elementBytes(name: string, valueSize: number): number {
  return 2 + Buffer.byteLength(name) + valueSize
}
