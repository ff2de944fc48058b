import { expect } from 'vitest'
import type { RelayError } from '../../../../src/errors.ts'
import type { Batch, Sink, Subscription } from '../../../../src/relay/feed/sink.ts'

/** A sink that is full when so many payloads wait in it, until it is drained. */
export abstract class BoundedSink implements Sink {
  readonly capacity: number
  subscription: Subscription | undefined
  error: RelayError | undefined
  isClosed = false
  #waiting = 0

  constructor(capacity: number) {
    this.capacity = capacity
  }

  abstract begin(position: string): void

  /** Keeps what comes. */
  protected abstract take(batch: Batch): void

  isReady(): boolean {
    return this.#waiting < this.capacity
  }

  write(batch: Batch): boolean {
    this.take(batch)
    this.#waiting += batch.payloads.length
    return this.isReady()
  }

  bufferedBytes(): number {
    return this.#waiting
  }

  end(error: RelayError): void {
    expect(this.error).toBeUndefined()
    this.error = error
  }

  drain(): void {
    this.#waiting = 0
    this.subscription?.resume()
  }

  close(): void {
    this.isClosed = true
    this.subscription?.close()
  }
}
