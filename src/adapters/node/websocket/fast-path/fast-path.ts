import type { Writable } from 'node:stream'
import type { Batch } from '../../../../relay/feed/sink.ts'
import { createCoalescedWrites } from './coalesced-writes.ts'
import { nextFrames, writeNextFrames } from './next-frames.ts'

/**
 * The fast path: results go from the feed to the socket below a WebSocket without passing through ws, which would make
 * a frame for each subscriber. (That they do not pass through graphql-ws either is `LiveOperation`'s part, for
 * all runtimes.) This folder is all that knows how; it relies on more than ws and Node document, so that each of these
 * has a test that fails when a new version breaks it.
 *
 * **What ws does** (8.23; watched by `ws.test.ts`)
 *
 * 1. Without compression each of its frames is written to the socket below at once and whole, so that frames that are
 *    written beside it never get amidst one. Without that, clients would close for frames that make no sense.
 * 2. What waits in the socket below is all that waits of a WebSocket. Without that, a client that does not read would
 *    not be noticed.
 * 3. From `close()` on `readyState` is not `OPEN`. Nothing may be written after a close frame.
 * 4. It parses what comes in a `Writable` at `_receiver`, and goes on after an error in it. That is mended by
 *    {@link guardReceiver}, which does nothing where there is no such thing.
 *
 * **What Node does** (watched by `next-frames.test.ts`)
 *
 * 5. A socket whose `writableLength` is 0 after a write has given all bytes to the kernel, which has copied them. So
 *    they can be changed for the next socket. Without that, clients would get ids of others.
 */
export interface FastPath {
  /**
   * Writes a batch as `next` messages of one operation to the socket below an open WebSocket.
   *
   * **Cost**: for an operation that is alone on its socket one system call, and most often no copy; otherwise one copy,
   * and one system call for all that is written in this turn of the event loop.
   *
   * @param idText the operation's id as it is within a JSON string
   * @param isAlone whether the socket has no other subscription
   */
  write(socket: Writable, batch: Batch, idText: string, isAlone: boolean): void
}

/** One for all sockets. */
export function createFastPath(): FastPath {
  const coalesced = createCoalescedWrites()
  return {
    write(socket, batch, idText, isAlone) {
      // one operation, one batch: there is nothing to put together
      if (isAlone) writeNextFrames(batch, idText, socket)
      else coalesced.write(socket, nextFrames(batch, idText))
    },
  }
}
