import type { Writable } from 'node:stream'
import { ANONYMOUS } from '../access/principal.ts'
import type { CorkedSockets } from './corked-sockets.ts'
import type { OutputRate } from './limits/output-rate.ts'
import { nextFrames } from './next-frames.ts'
import type { SocketExtra } from './operation-hooks.ts'

/** What {@link createSocketExtra} works with. */
export interface SocketExtraOptions {
  /** The TCP or TLS socket below the WebSocket. */
  readonly socket: Writable
  /** Whether messages may still be sent: not after the close frame. */
  readonly isOpen: () => boolean
  readonly close: SocketExtra['close']
  readonly corked: CorkedSockets
  /** How much may wait in the socket's buffer before its subscriptions have to wait, in bytes. */
  readonly maxBufferedBytes: number
  readonly outputRate: OutputRate
}

/** Sends the feed's results on a WebSocket: ready frames, straight into the socket below, many in one write. */
export function createSocketExtra(options: SocketExtraOptions): SocketExtra {
  const { socket, isOpen, close, corked, maxBufferedBytes, outputRate } = options
  const drained = new Set<() => void>()
  const resumeAll = () => drained.forEach((resume) => resume())
  const rate = outputRate.connect(resumeAll)
  socket.on('drain', () => {
    if (!rate.isOver) resumeAll()
  })

  return {
    principal: ANONYMOUS,
    close,
    sinkOf(id, end) {
      const idJson = Buffer.from(JSON.stringify(id))
      return rate.limit({
        end,
        bufferedBytes: () => socket.writableLength,
        write(batch) {
          if (isOpen()) corked.write(socket, nextFrames(batch, idJson))
          return socket.writableLength < maxBufferedBytes
        },
      })
    },
    onDrain(resume) {
      drained.add(resume)
      return () => drained.delete(resume)
    },
  }
}
