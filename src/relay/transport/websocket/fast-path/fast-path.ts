import type { Writable } from 'node:stream'
import type { Batch } from '../../../feed/sink.ts'
import { createCoalescedWrites } from './coalesced-writes.ts'
import { nextFrames, writeNextFrames } from './next-frames.ts'

/**
 * The fast path: results go from the feed to a WebSocket without passing through graphql-ws, which would execute and
 * encode them for each subscriber, and without ws, which would make a frame for each. This folder is all that knows
 * how; it relies on more than graphql-ws, ws and Node document, so that each of these has a test that fails when a new
 * version breaks it.
 *
 * **What graphql-ws does** (6.4, `server.ts`; watched by `graphql-ws.test.ts`)
 *
 * 1. An operation has an entry in `context.subscriptions` from its `subscribe` message on. An id that has one is
 *    refused with
 *    4409. What is in the entry and has `return()` is returned when the client completes it, and when the socket is
 *          closed.
 *    So a {@link LiveOperation} only has to be there. Without that, subscriptions would go on for clients that left.
 * 2. It iterates over what `subscribe` gives if the entry is still there, and returns it otherwise. So delivery starts
 *    when
 *    it begins to iterate. Without that, one that is completed at once would go on for ever.
 * 3. When the iterable ends, it sends `complete` only if the entry is still there, and it removes the entry, whatever
 *    is in
 *    it, before the promise of the message settles. So the operation leaves the table when it starts, is at its end at
 *    once,
 *    and enters the table again after that promise, which frees all that graphql-ws holds for a message. Without the
 *    first,
 *    clients would take the operation for completed; without the second, they could not complete it.
 * 4. What iterating throws becomes an `error` message, and passes through `onError`.
 * 5. Between the message and that promise there are microtasks only, which ws 8.23 lets finish before the next message
 *    of the
 *    socket (`allowSynchronousEvents: false`). Without that, a `complete` in between would find no entry.
 *
 * **What ws does** (8.23; watched by `ws.test.ts`)
 *
 * 6. Without compression each of its frames is written to the socket below at once and whole, so that frames that are
 *    written
 *    beside it never get amidst one. Without that, clients would close for frames that make no sense.
 * 7. It counts what waits in the socket below, from wherever it came, as `bufferedAmount`. Without that, a client that
 *    does
 *    not read would not be noticed.
 * 8. From `close()` on `readyState` is not `OPEN`. Nothing may be written after a close frame.
 * 9. It parses what comes in a `Writable` at `_receiver`, and goes on after an error in it. That is mended by
 *    {@link guardReceiver}, which does nothing where there is no such thing.
 *
 * **What Node does** (watched by `next-frames.test.ts`)
 *
 * 10. A socket whose `writableLength` is 0 after a write has given all bytes to the kernel, which has copied them. So
 *     they can
 *     be changed for the next socket. Without that, clients would get ids of others.
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
