import type { Socket } from 'node:net'
import type { EncodableDocument } from '../../bson/codec/encode.ts'
import { CommandError } from '../../bson/command-error.ts'
import { FrameSplitter } from './frame-splitter.ts'
import { OP } from './header.ts'
import { isUnanswered, readRequest, requestIdOf, writeReply, type ReplyFrame, type Request } from './message.ts'

/** One command's answer. */
export interface Answer {
  readonly reply: EncodableDocument
  /** The same request is run again after this reply was sent (exhaust), until the client leaves. */
  readonly again?: boolean
  /** The connection is closed instead of answered. */
  readonly close?: boolean
}

/** Runs the commands of one connection, one at a time. */
export interface RequestHandler {
  /** Never rejects for what a client did; `signal` aborts when the client is gone. */
  handle(request: Request, signal: AbortSignal): Promise<Answer>
  /** The answer to a message that could not be read. */
  fail(error: unknown): EncodableDocument
}

/** How many bytes of requests may wait while one is running; beyond, the socket is not read. */
const MAX_QUEUED_BYTES = 1024 * 1024

let lastReplyId = 0

/**
 * Serves one socket: requests are answered in their order, one at a time, as a real server does. **Back-pressure**:
 * while a reply waits for the client to read, no further request is run; while requests wait, the socket is not read.
 * So a client that does not read costs at most one reply and {@link MAX_QUEUED_BYTES}. **Lifecycle**: ends with the
 * socket; ends the socket at a header that no request has, when what came before it is answered.
 */
export function serveConnection(socket: Socket, handler: RequestHandler): void {
  const splitter = new FrameSplitter()
  const closed = new AbortController()
  const queue: Buffer[] = []
  let queuedBytes = 0
  let running = false
  /** Where the next message starts is unknown: what follows is not looked at. */
  let isBroken = false

  async function run(): Promise<void> {
    if (running) return
    running = true
    // a destroyed socket tells so a turn later: what was sent behind a fatal message must not run
    for (let frame = queue.shift(); frame && !socket.destroyed; frame = queue.shift()) {
      queuedBytes -= frame.length
      await serve(frame)
      if (queuedBytes < MAX_QUEUED_BYTES && socket.isPaused()) socket.resume()
    }
    running = false
    if (isBroken) socket.destroy()
  }

  async function serve(frame: Buffer): Promise<void> {
    let request: Request
    try {
      request = readRequest(frame)
    } catch (error) {
      // content that is no BSON is answered; a message that is no request ends the connection
      if (!(error instanceof CommandError)) return void socket.destroy()
      if (isUnanswered(frame)) return
      const framing = frame.readInt32LE(12) === OP.query ? 'query' : 'msg'
      await send(handler.fail(error), { responseTo: requestIdOf(frame), framing })
      return
    }
    let responseTo = request.requestId
    for (let again = true; again && !closed.signal.aborted;) {
      const answer = await handler.handle(request, closed.signal)
      if (answer.close) return void socket.destroy()
      again = answer.again === true && request.exhaustAllowed && !isBroken
      if (request.moreToCome) return
      // each further reply of an exhaust stream answers the one before it
      responseTo = await send(answer.reply, { responseTo, framing: request.framing, moreToCome: again })
    }
  }

  async function send(
    reply: EncodableDocument,
    frame: { responseTo: number; framing: 'msg' | 'query'; moreToCome?: boolean },
  ): Promise<number> {
    const requestId = (lastReplyId = (lastReplyId + 1) & 0x7fff_ffff)
    if (!closed.signal.aborted && !socket.write(encoded(reply, { ...frame, requestId }))) await drained()
    return requestId
  }

  /** What cannot be sent, because it is too large or too deep, is answered as an error. */
  function encoded(reply: EncodableDocument, frame: ReplyFrame): Buffer {
    try {
      return writeReply(reply, frame)
    } catch (error) {
      return writeReply(handler.fail(error), { ...frame, moreToCome: false })
    }
  }

  function drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        socket.off('drain', done)
        closed.signal.removeEventListener('abort', done)
        resolve()
      }
      socket.on('drain', done)
      closed.signal.addEventListener('abort', done)
    })
  }

  socket.setNoDelay(true)
  socket.on('data', (chunk: Buffer) => {
    if (isBroken) return
    try {
      for (const frame of splitter.push(chunk)) {
        queue.push(frame)
        queuedBytes += frame.length
      }
    } catch {
      isBroken = true
    }
    if (queuedBytes >= MAX_QUEUED_BYTES) socket.pause()
    run().catch(() => socket.destroy())
  })
  socket.on('close', () => closed.abort())
  // 'close' follows every error, and no one is left to answer
  socket.on('error', () => undefined)
}
