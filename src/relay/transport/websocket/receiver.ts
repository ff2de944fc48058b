import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, handleProtocols } from 'graphql-ws'
import { hasMoreBytes } from '../../../util/text-bytes.ts'
import type { Asked } from '../http/asked.ts'
import type { ConnectionPlaces } from '../limits/connection-places.ts'
import { toCloseReason } from './close-reason.ts'
import type { Connection } from './connection.ts'
import { createMessageChannel, type MessageSocket } from './message-channel.ts'
import type { Sockets } from './sockets.ts'

/** What a runtime tells of a WebSocket. */
export interface SocketReceiver {
  /** Takes a message of the client: a text. Anything else closes the socket. */
  message(data: unknown): void
  /** Notes that the socket has room again after so much waited that writing was to pause. */
  drained(): void
  /** Notes that the socket is closed, for whatever reason. Idempotent. */
  closed(code?: number, reason?: string): void
}

/** What {@link openReceiver} opens. */
export interface ReceiverOptions {
  readonly socket: MessageSocket
  /** The request that it was opened by. Absent: it is not for this relay. */
  readonly asked: Asked | undefined
  /** Largest message taken, in bytes. */
  readonly maxMessageBytes: number
  /** Rejects where the relay cannot start. */
  readonly relay: Promise<{ readonly sockets: Sockets; readonly places: ConnectionPlaces }>
}

/** How much of what a client sends may wait until it can be handled, in characters. */
const MAX_WAITING = 1_048_576

/** What a message that waits counts for besides its characters. */
const WAITING_EACH = 64

const MESSAGE_TOO_BIG = 1009
/** After which stock clients come back. */
const TRY_AGAIN_LATER = 1013
const NO_STATUS = 1005
const ABNORMAL = 1006

/**
 * Serves a runtime's WebSocket: hands its messages on, in order, once the relay is there, and while it can take them.
 */
export function openReceiver({ socket, asked, maxMessageBytes, relay }: ReceiverOptions): SocketReceiver {
  const channel = createMessageChannel(
    socket,
    protocolOf(asked),
    (isPaused) => {
      if (!isPaused) handOn()
    },
    () => closed(ABNORMAL, 'Cut off'),
  )
  let connection: Connection | undefined
  let waiting: string[] = []
  let waitingLength = 0
  let isClosed = false
  let release = () => {}

  relay.then(
    ({ sockets, places }) => {
      if (isClosed || !asked) return channel.close(CloseCode.BadRequest, 'Nothing is here')
      // others may have come since its request was not refused
      const refusal = places.admit(asked.address, (given) => (release = given))
      if (refusal) return channel.close(TRY_AGAIN_LATER, toCloseReason(refusal.message))
      connection = sockets.open(channel, asked)
      handOn()
    },
    () => channel.close(CloseCode.InternalServerError, 'Internal server error'),
  )

  return {
    message(data) {
      if (!channel.isOpen) return
      if (typeof data !== 'string') return channel.close(CloseCode.BadRequest, 'Invalid message received')
      if (hasMoreBytes(data, maxMessageBytes)) return channel.close(MESSAGE_TOO_BIG, 'Message too big')
      if (connection && !channel.isPaused && waiting.length === 0) return connection.receive(data)
      waiting.push(data)
      waitingLength += WAITING_EACH + data.length
      if (waitingLength > MAX_WAITING + maxMessageBytes) channel.terminate()
    },
    drained: channel.drained,
    closed,
  }

  function closed(code = NO_STATUS, reason = ''): void {
    if (isClosed) return
    isClosed = true
    waiting = []
    release()
    channel.closed()
    connection?.ended(code, reason)
  }

  function handOn(): void {
    while (connection && !channel.isPaused && channel.isOpen) {
      const next = waiting.shift()
      if (next === undefined) return
      waitingLength -= WAITING_EACH + next.length
      connection.receive(next)
    }
  }
}

function protocolOf(asked: Asked | undefined): string {
  const offered = String(asked?.headers['sec-websocket-protocol'] ?? '').split(',')
  const taken = handleProtocols(new Set(offered.map((name) => name.trim())))
  return taken === GRAPHQL_TRANSPORT_WS_PROTOCOL ? taken : ''
}
