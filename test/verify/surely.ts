import { MongoNetworkError } from 'mongodb'

/**
 * Writes until it is known to be written, once. The driver tries again by itself only when it still knows the server,
 * which it does not when that closes all connections at once: then one must find out what became of the write.
 *
 * @param isWritten whether an attempt, whose answer is lost, has had its effect
 * @throws whatever else the driver throws
 */
export async function surely(write: () => Promise<unknown>, isWritten: () => Promise<boolean>): Promise<void> {
  for (;;) {
    try {
      await write()
      return
    } catch (error) {
      if (!(error instanceof MongoNetworkError)) throw error
      if (await isWritten()) return
    }
  }
}
