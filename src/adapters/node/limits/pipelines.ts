import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { socketOf, whenOver } from '../requests/when-over.ts'
import { overLimit, type Refusal } from '../../../relay/transport/http/requests/refusal.ts'

/** Limits what HTTP clients do that send requests without waiting for the answers to earlier ones (pipelining). */
export interface Pipelines {
  /** Gives why an operation is refused, or `undefined`, and then counts it until its response is over. */
  admit(response: ServerResponse): Refusal | undefined
  /**
   * Sends a whole answer. A connection on which answers wait to be read, `maxBufferedBytes` or more of them, is cut off
   * instead: nothing is read there.
   */
  send(response: ServerResponse, body: Buffer): void
}

/** How much one connection may have under way. */
export interface PipelineOptions {
  /** How many operations a connection may have at a time. */
  readonly maxOperations: number
  /** How much may wait to be read on a connection before nothing is added, in bytes. */
  readonly maxBufferedBytes: number
  /** Notes in the log that a limit refused a caller. */
  readonly noteLimit: (message: string) => void
}

/** What is under way on a connection. */
interface Pipeline {
  operations: number
  refused: number
  waitingBytes: number
}

/** How many operations over the limit a connection gets an answer to, before it is cut off. */
const SPARE = 64

/**
 * Counts by connection. Without it, one connection could have as many operations and answers waiting as it can send
 * requests: Node reads on while none of them has an answer yet.
 *
 * **Cost**: one small object for each HTTP connection with an operation, which goes with it.
 */
export function limitPipelines({ maxOperations, maxBufferedBytes, noteLimit }: PipelineOptions): Pipelines {
  const pipelines = new WeakMap<Socket, Pipeline>()
  const pipelineOf = (socket: Socket): Pipeline => {
    const pipeline = pipelines.get(socket) ?? { operations: 0, refused: 0, waitingBytes: 0 }
    pipelines.set(socket, pipeline)
    return pipeline
  }
  const tooMany = overLimit(
    429,
    `This connection has ${maxOperations} operations already, as \`maxSubscriptionsPerConnection\` allows`,
  )

  return {
    admit(response) {
      const socket = socketOf(response)
      if (!socket) return undefined
      const pipeline = pipelineOf(socket)
      if (pipeline.operations >= maxOperations) {
        noteLimit(tooMany.message)
        if (++pipeline.refused > SPARE) socket.destroy()
        return tooMany
      }
      pipeline.operations++
      whenOver(response, () => pipeline.operations--)
      return undefined
    },
    send(response, body) {
      const socket = socketOf(response)
      // it is closed
      if (!socket) return
      const pipeline = pipelineOf(socket)
      if (pipeline.waitingBytes >= maxBufferedBytes) {
        socket.destroy()
        return
      }
      pipeline.waitingBytes += body.length
      whenOver(response, () => (pipeline.waitingBytes -= body.length))
      response.end(body)
    },
  }
}
