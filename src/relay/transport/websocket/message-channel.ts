import type { Batch } from '../../feed/sink.ts'
import type { SocketChannel } from './socket-channel.ts'

/** A runtime's WebSocket, as far as all runtimes have one. */
export interface MessageSocket {
  /** Sends a text message. */
  send(text: string): void
  /** Closes the socket, with a reason of at most 123 bytes. */
  close(code: number, reason: string): void
  /**
   * How many bytes wait for the client to read them. Absent where the runtime does not tell: then what was sent counts
   * as waiting until the client has answered a ping that was sent after it, with the ping's payload, as graphql-ws
   * does.
   */
  bufferedBytes?(): number
  /** Cuts it off, where a runtime can. Default: closes it. */
  terminate?(): void
}

/** A channel over a runtime's WebSocket. */
export interface MessageChannel extends SocketChannel {
  /** Notes that the socket has room again. */
  drained(): void
  /** Notes that the socket is closed. */
  closed(): void
}

/** How much is sent before the client is asked whether it has read it, in bytes. */
const BYTES_PER_PING = 65_536

const texts = new WeakMap<Batch, readonly string[]>()

/**
 * Speaks to a client over what all runtimes have: text messages.
 *
 * @param protocol the subprotocol that was agreed on; empty: none
 * @param onCut hears that the socket is given up, which a runtime may tell late, or never
 * @param onPause hears whether the client's messages are to wait, for they come whether or not they can be handled
 */
export function createMessageChannel(
  socket: MessageSocket,
  protocol: string,
  onPause: (isPaused: boolean) => void,
  onCut: () => void,
): MessageChannel {
  const drainListeners: (() => void)[] = []
  const closeListeners: (() => void)[] = []
  let state: 'open' | 'closing' | 'closed' = 'open'
  let isPaused = false
  let sentBytes = 0
  let readBytes = 0
  // how much had been sent at each ping that is not answered yet, by what is in its payload
  const asked = new Map<string, number>()
  let askedBytes = 0

  const bufferedBytes = () => (state === 'closed' ? 0 : (socket.bufferedBytes?.() ?? sentBytes - readBytes))
  // the protocol's own, because not every runtime has WebSocket's
  const ping = () => {
    if (state !== 'open') return
    // one who has not read it cannot answer it
    const read = crypto.randomUUID()
    socket.send(JSON.stringify({ type: 'ping', payload: { read } }))
    asked.set(read, sentBytes)
    askedBytes = sentBytes
  }
  const send = (text: string, bytes: number) => {
    if (state !== 'open') return
    socket.send(text)
    sentBytes += bytes
    if (!socket.bufferedBytes && sentBytes - askedBytes >= BYTES_PER_PING) ping()
  }
  const pause = (wanted: boolean) => {
    if (isPaused === wanted) return
    isPaused = wanted
    onPause(wanted)
  }
  const drained = () => {
    for (const listener of drainListeners) listener()
  }

  return {
    protocol,
    get isOpen() {
      return state === 'open'
    },
    get bufferedBytes() {
      return bufferedBytes()
    },
    get isPaused() {
      return isPaused
    },
    send(text, done) {
      send(text, Buffer.byteLength(text))
      queueMicrotask(done)
    },
    sendNext(batch, idText) {
      const opening = `{"id":"${idText}","type":"next","payload":`
      const frameBytes = Buffer.byteLength(opening) + 1
      textsOf(batch).forEach((text, index) => {
        send(`${opening}${text}}`, frameBytes + (batch.payloads[index]?.length ?? 0))
      })
    },
    close(code, reason) {
      if (state !== 'open') return
      state = 'closing'
      socket.close(code, reason)
    },
    terminate() {
      if (state === 'closed') return
      state = 'closing'
      if (socket.terminate) socket.terminate()
      else socket.close(1001, 'The client does not read')
      onCut()
    },
    ping,
    answered(payload) {
      const read = toRead(payload)
      const bytes = asked.get(read)
      if (bytes === undefined) return
      // what was asked before has been read as well
      for (const [earlier, sent] of asked) if (sent <= bytes) asked.delete(earlier)
      readBytes = Math.max(readBytes, bytes)
      if (!socket.bufferedBytes) drained()
    },
    pause: () => pause(true),
    resume: () => pause(false),
    onDrain: (listener) => void drainListeners.push(listener),
    onceClosed(listener) {
      if (state === 'closed') listener()
      else closeListeners.push(listener)
    },
    drained,
    closed() {
      if (state === 'closed') return
      state = 'closed'
      for (const listener of closeListeners) listener()
    },
  }
}

function toRead(payload: unknown): string {
  if (typeof payload !== 'object' || payload === null || !('read' in payload)) return ''
  return typeof payload.read === 'string' ? payload.read : ''
}

// made once for all operations of a cohort
function textsOf(batch: Batch): readonly string[] {
  const known = texts.get(batch)
  if (known) return known
  const made = batch.payloads.map(String)
  texts.set(batch, made)
  return made
}
