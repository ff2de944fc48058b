import type { ServerResponse } from 'node:http'
import type { StreamChannel } from '../../../relay/transport/sse/event-stream.ts'
import { socketOf, whenOver } from './when-over.ts'

/** The body of a response, whose head has been written, as what an event stream goes to. */
export function responseChannel(response: ServerResponse): StreamChannel {
  return {
    get isOver() {
      // also one that waits behind another response of a connection that is closed
      return response.destroyed || response.writableEnded || !socketOf(response)
    },
    get isBlocked() {
      return response.socket === null
    },
    get bufferedBytes() {
      return response.writableLength
    },
    get isFull() {
      return response.writableNeedDrain
    },
    write: (data) => void response.write(data),
    end: (data) => void response.end(data),
    destroy: () => void response.destroy(),
    onRoom(listener) {
      response.on('drain', listener)
      response.on('socket', listener)
    },
    onOver: (listener) => whenOver(response, listener),
  }
}
