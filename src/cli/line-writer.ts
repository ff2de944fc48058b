import type { Writable } from 'node:stream'

/** Options of {@link createLineWriter}. */
export interface LineWriterOptions {
  /** How much may wait for a reader that does not read before lines are lost, in bytes. Default 1 MiB. */
  readonly maxWaitingBytes?: number
  /** Called with the first line that can be written after others could not, with their number. */
  readonly onRecovered?: (lost: number) => void
}

/**
 * Gives a function that writes lines to a stream of the process. A line that cannot be written (the disk is full, the
 * reader is gone or does not read) is lost, and nothing else: no error leaves, and what waits is bounded.
 */
export function createLineWriter(stream: Writable, options: LineWriterOptions = {}): (line: string) => void {
  const { maxWaitingBytes = 1_048_576, onRecovered = () => undefined } = options
  let lost = 0
  // without a listener an error of the stream would end the process
  stream.on('error', () => undefined)

  const done = (error?: Error | null) => {
    if (error) lost++
    else if (lost > 0) {
      const count = lost
      lost = 0
      onRecovered(count)
    }
  }
  return (line) => {
    if (stream.writableLength > maxWaitingBytes) lost++
    else stream.write(line, done)
  }
}
