import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** What the server sent: a text message, parsed, or what its close frame says. */
export type RawEvent =
  { readonly message: Record<string, unknown> } | { readonly close: number; readonly reason: string }

/** A WebSocket spoken byte by byte, so that a test can break every rule. */
export interface RawWebSocket {
  readonly socket: Socket
  /** The status line and headers that came before the frames. */
  readonly head: string
  /** What came so far. */
  readonly events: readonly RawEvent[]
  /** Sends a text message in one frame. */
  send(message: object | string): void
  /** Sends bytes as they are. */
  write(bytes: Uint8Array | string): void
  /** Waits for the next event that was not taken; gives `undefined` when the connection ends before. */
  next(): Promise<RawEvent | undefined>
  /** Waits for the end, and gives the code of the close frame, or `undefined` when there was none. */
  closed(): Promise<number | undefined>
}

/** How {@link frame} makes a frame; by default a whole text message, masked as clients must. */
export interface FrameOptions {
  readonly opcode?: number
  readonly final?: boolean
  readonly masked?: boolean
  /** The reserved bits, 0 to 7. */
  readonly reserved?: number
  /** The length that the header tells, when it is not the payload's. */
  readonly length?: number
}

export const TEXT = 1
export const CONTINUATION = 0
export const BINARY = 2
export const CLOSE = 8
export const PING = 9
export const PONG = 10

/** One frame. @see https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
export function frame(payload: Uint8Array | string, options: FrameOptions = {}): Buffer {
  const { opcode = TEXT, final = true, masked = true, reserved = 0 } = options
  const body = Buffer.from(payload)
  const length = options.length ?? body.length
  const first = (final ? 0x80 : 0) | (reserved << 4) | opcode
  const mask = masked ? 0x80 : 0
  const head =
    length < 126
      ? Buffer.from([first, mask | length])
      : length < 65_536
        ? Buffer.from([first, mask | 126, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([first, mask | 127]), eightBytes(length)])
  if (!masked) return Buffer.concat([head, body])
  const key = Buffer.from([0x12, 0x34, 0x56, 0x78])
  return Buffer.concat([head, key, body.map((byte, at) => byte ^ (key[at % 4] ?? 0))])
}

function eightBytes(length: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(length))
  return bytes
}

const USUAL_HEADERS: Readonly<Record<string, string>> = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol': 'graphql-transport-ws',
}

/** Asks for a WebSocket, with other headers or another method where given, and waits for the answer's head. */
export async function openRawWebSocket(
  graphqlUrl: string,
  headers: Readonly<Record<string, string | undefined>> = {},
  method = 'GET',
): Promise<RawWebSocket> {
  const { hostname, port, host, pathname } = new URL(graphqlUrl)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => 'the server has cut it off')
  const events: RawEvent[] = []
  let head: string | undefined
  let received = Buffer.alloc(0)
  let taken = 0
  let isOpen = true
  let wake = () => {}
  const until = async (isThere: () => boolean) => {
    while (!isThere() && isOpen) await new Promise<void>((resolve) => (wake = resolve))
  }
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    if (head === undefined) {
      const end = received.indexOf('\r\n\r\n')
      if (end < 0) return
      head = received.subarray(0, end).toString()
      received = received.subarray(end + 4)
    }
    if (head.startsWith('HTTP/1.1 101')) received = readFrames(received, events)
    // as every client does; the server waits for it
    if (events.some((event) => 'close' in event)) socket.end(frame('', { opcode: CLOSE }))
    wake()
  })
  socket.on('close', () => {
    isOpen = false
    wake()
  })
  await once(socket, 'connect')
  const all = Object.entries({ Host: host, ...USUAL_HEADERS, ...headers }).filter(([, value]) => value !== undefined)
  socket.write(`${method} ${pathname} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
  await until(() => head !== undefined)
  return {
    socket,
    head: head ?? '',
    events,
    write: (bytes) => void socket.write(bytes),
    send: (message) => void socket.write(frame(typeof message === 'string' ? message : JSON.stringify(message))),
    async next() {
      await until(() => events.length > taken)
      return events[taken++]
    },
    async closed() {
      await until(() => false)
      const close = events.find((event) => 'close' in event)
      return close && 'close' in close ? close.close : undefined
    },
  }
}

// a server's frames are neither masked nor, here, in pieces; pings are left out
function readFrames(bytes: Buffer<ArrayBuffer>, events: RawEvent[]): Buffer<ArrayBuffer> {
  let rest = bytes
  for (;;) {
    if (rest.length < 2) return rest
    const short = rest.readUInt8(1) & 0x7f
    const at = short < 126 ? 2 : short === 126 ? 4 : 10
    if (rest.length < at) return rest
    const length = short < 126 ? short : short === 126 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2))
    if (rest.length < at + length) return rest
    const payload = rest.subarray(at, at + length)
    const opcode = rest.readUInt8(0) & 0xf
    if (opcode === TEXT) events.push({ message: JSON.parse(payload.toString()) })
    if (opcode === CLOSE)
      events.push({ close: length >= 2 ? payload.readUInt16BE(0) : 1005, reason: String(payload.subarray(2)) })
    rest = rest.subarray(at + length)
  }
}
