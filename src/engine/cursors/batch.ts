import { assertSize } from '../../bson/codec/size.ts'
import { RawDocument, type Encodable } from '../../bson/codec/encode.ts'
import { INTERNAL_ALLOWANCE_BYTES, MAX_DOCUMENT_BYTES } from '../../bson/types.ts'
import { countWork } from '../../bson/work-budget.ts'
import type { Batch, BatchLimits, BatchSource } from './cursors.ts'

/** What a reply may carry before the rest waits for the next batch. */
export const MAX_BATCH_BYTES = MAX_DOCUMENT_BYTES - INTERNAL_ALLOWANCE_BYTES

/** What a document takes in the array of a batch besides: its type, its index as a name, and the end of that. */
export const BATCH_ENTRY_BYTES = 10

/** A source over documents that are already encoded, taken lazily. */
export class IteratorSource implements BatchSource {
  readonly #iterator: Iterator<Buffer>
  #ahead: Buffer | undefined

  constructor(documents: Iterable<Buffer>) {
    this.#iterator = documents[Symbol.iterator]()
  }

  next(limits: BatchLimits): Batch {
    const most = limits.documents ?? Infinity
    const documents: Encodable[] = []
    let bytes = 0
    // one document is read ahead, to know whether the cursor is done
    this.#ahead ??= this.#read()
    while (
      this.#ahead &&
      documents.length < most &&
      (documents.length === 0 || bytes + this.#ahead.length + BATCH_ENTRY_BYTES < MAX_BATCH_BYTES)
    ) {
      documents.push(new RawDocument(this.#ahead))
      bytes += this.#ahead.length + BATCH_ENTRY_BYTES
      this.#ahead = this.#read()
    }
    return { documents, done: this.#ahead === undefined }
  }

  close(): void {
    this.#iterator.return?.()
    this.#ahead = undefined
  }

  #read(): Buffer | undefined {
    const next = this.#iterator.next()
    if (next.done) return undefined
    countWork()
    assertSize(next.value.length)
    return next.value
  }
}
