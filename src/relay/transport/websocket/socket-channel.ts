import type { Batch } from '../../feed/sink.ts'

/** A WebSocket that is open, as the protocol uses it, whatever runtime keeps it. */
export interface SocketChannel {
  /** The subprotocol that was agreed on; empty: none. */
  readonly protocol: string
  /** Whether messages can be sent: not any more from {@link SocketChannel.close} on. */
  readonly isOpen: boolean
  /** How many bytes wait for the client to read them. */
  readonly bufferedBytes: number
  /** Whether messages of the client wait until {@link SocketChannel.resume}. */
  readonly isPaused: boolean
  /** Sends a text message to a socket that is open, and calls back when the socket has taken it, or cannot. */
  send(text: string, done: () => void): void
  /**
   * Sends a batch as `next` messages of one operation to a socket that is open.
   *
   * @param idText the operation's id as it is within a JSON string
   * @param isAlone whether the socket has no other subscription
   */
  sendNext(batch: Batch, idText: string, isAlone: boolean): void
  /** Closes it, with a reason of at most 123 bytes, once what waits has been read. */
  close(code: number, reason: string): void
  /** Cuts it off. */
  terminate(): void
  /** Asks whether the client lives; it answers once it has read what was sent before. */
  ping(): void
  /** Called with what the client has answered to {@link SocketChannel.ping}. Absent: there is no need. */
  answered?(payload: unknown): void
  /** Takes no more messages from the client for now. */
  pause(): void
  resume(): void
  /** Calls back whenever all that waited has been read, after so much waited that writing was to pause. */
  onDrain(listener: () => void): void
  /** Calls back once when it is closed; at once when it is already. */
  onceClosed(listener: () => void): void
}
