import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { guardReceiver } from '../../../../../src/adapters/node/websocket/fast-path/guard-receiver.ts'
import { frame, openRawWebSocket, PING } from '../../../../support/raw-web-socket.ts'

describe('a message that is no message', () => {
  it('closes its socket, and nothing that waits behind it is read', async () => {
    const server = createServer()
    const sockets = new WebSocketServer({ noServer: true, allowSynchronousEvents: false })
    server.on('upgrade', (request, below: Duplex, head) => {
      sockets.handleUpgrade(request, below, head, (socket) => {
        guardReceiver(socket)
        socket.on('error', () => undefined)
        // as three packets that come in one turn of the event loop, the second one with text that is not UTF-8
        for (const bytes of [frame('', { opcode: PING }), frame(Buffer.alloc(4, 0xff)), frame('x'.repeat(50))]) {
          below.emit('data', bytes)
        }
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const { port } = server.address() as AddressInfo
      const raw = await openRawWebSocket(`http://127.0.0.1:${port}/graphql`)
      expect(await raw.closed()).toBe(1007)
      raw.socket.destroy()
    } finally {
      server.close()
    }
  })
})
