import type { Writable } from 'node:stream'

/**
 * Writes what a command was asked for. A reader that has seen enough, as `head` has, is no failure.
 *
 * @throws Error when it cannot be written, so that no half of a file counts as a whole one
 */
export function print(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // the callback below gets it
    stream.on('error', () => undefined)
    stream.write(text, (error) => {
      if (!error || ('code' in error && error.code === 'EPIPE')) resolve()
      else reject(new Error(`The output cannot be written: ${error.message}`, { cause: error }))
    })
  })
}
