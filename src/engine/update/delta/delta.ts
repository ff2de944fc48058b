import type { BsonValue } from '../../../bson/values.ts'

/** What an update changed in a document or array below the root. */
export type Delta = DocumentDelta | ArrayDelta

/**
 * What an update changed in one document, in four parts whose order is that of the oplog: what was removed, changed,
 * added, and then what changed further down.
 */
export class DocumentDelta {
  readonly removed: string[] = []
  readonly updated = new Map<string, BsonValue>()
  readonly inserted = new Map<string, BsonValue>()
  readonly below = new Map<string, Delta>()

  /** Records that a field with a new value was there before. */
  update(name: string, value: BsonValue): void {
    this.updated.set(name, value)
  }

  /** Records a field that was not there before. */
  insert(name: string, value: BsonValue): void {
    this.inserted.set(name, value)
  }

  /** Records a field that is gone. */
  remove(name: string): void {
    this.removed.push(name)
  }

  /** The changes inside a field that stays a document or an array. */
  within(name: string, kind: 'document' | 'array'): Delta {
    const known = this.below.get(name)
    if (known) return known
    const delta = kind === 'array' ? new ArrayDelta() : new DocumentDelta()
    this.below.set(name, delta)
    return delta
  }
}

/** What an update changed in one array: elements by index, and the new length when it became shorter. */
export class ArrayDelta {
  readonly elements = new Map<number, { readonly value: BsonValue } | Delta>()
  newSize: number | undefined

  /** Records an element with a new value. */
  update(index: string, value: BsonValue): void {
    this.elements.set(Number(index), { value })
  }

  /** Records an element that was not there before. */
  insert(index: string, value: BsonValue): void {
    this.elements.set(Number(index), { value })
  }

  /** Removing an element leaves null, so that the others keep their places. */
  remove(index: string): void {
    this.elements.set(Number(index), { value: null })
  }

  /** The changes inside an element that stays a document or an array. */
  within(index: string, kind: 'document' | 'array'): Delta {
    const known = this.elements.get(Number(index))
    if (known instanceof DocumentDelta || known instanceof ArrayDelta) return known
    const delta = kind === 'array' ? new ArrayDelta() : new DocumentDelta()
    this.elements.set(Number(index), delta)
    return delta
  }
}
