import { WebSocket } from 'ws'
import { QUERY, report, type Wire, type WireEvents, type WireRequest } from './wire.ts'

interface Message {
  readonly type: string
  readonly payload?: unknown
}

/** Subscribes over a WebSocket of its own, speaking graphql-transport-ws by hand so that reading can be stopped. */
export function openWebSocket({ graphqlUrl, variables }: WireRequest, events: WireEvents): Wire {
  const socket = new WebSocket(graphqlUrl.replace('http', 'ws'), 'graphql-transport-ws', { perMessageDeflate: false })
  let over = false
  const finish = (code?: string) => {
    if (over) return
    over = true
    socket.terminate()
    events.onEnd(code)
  }
  socket.on('error', () => finish())
  socket.on('close', () => finish())
  socket.on('open', () => socket.send('{"type":"connection_init"}'))
  socket.on('message', (data) => {
    if (over) return
    // the relay sends what the protocol says
    const { type, payload } = JSON.parse(String(data)) as Message
    if (type === 'connection_ack') {
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUERY, variables } }))
    } else if (type === 'next') {
      report(payload as Parameters<typeof report>[0], { ...events, onEnd: finish })
    } else if (type === 'error') {
      report({ errors: payload as NonNullable<Parameters<typeof report>[0]['errors']> }, { ...events, onEnd: finish })
    } else if (type === 'complete') finish()
  })
  return {
    setReading: (isReading) => (isReading ? socket.resume() : socket.pause()),
    close() {
      over = true
      socket.terminate()
    },
  }
}
