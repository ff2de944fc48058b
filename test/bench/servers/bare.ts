import { DB } from '../database.ts'
import type { AddressInfo } from 'node:net'
import { EJSON } from 'bson'
import { MongoClient } from 'mongodb'
import { type WebSocket, WebSocketServer } from 'ws'
import type { ClientMessage } from './messages.ts'

/**
 * The least that a server can do: no GraphQL, one change stream, one string for everybody, `ws.send` to each. Speaks
 * just enough of the protocol for the same clients.
 */
export async function startBareServer(uri: string): Promise<string> {
  const client = new MongoClient(uri)
  const subscribers = new Set<WebSocket>()
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      // the benchmark's own clients send what the protocol says
      const message = JSON.parse(String(data)) as ClientMessage
      if (message.type === 'connection_init') socket.send('{"type":"connection_ack"}')
      if (message.type === 'subscribe') subscribers.add(socket)
    })
    socket.on('close', () => subscribers.delete(socket))
  })
  await new Promise((resolve) => server.once('listening', resolve))

  void (async () => {
    for await (const event of client.db(DB).collection('c').watch()) {
      const { _id, operationType } = event
      const { documentKey, fullDocument } = event as unknown as Record<string, unknown>
      const changes = { resumeToken: (_id as { _data: string })._data, operationType, documentKey, fullDocument }
      const text = EJSON.stringify({ id: '1', type: 'next', payload: { data: { changes } } })
      for (const socket of subscribers) socket.send(text)
    }
  })()
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}
