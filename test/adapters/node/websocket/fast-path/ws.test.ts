import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Duplex, Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { frame, openRawWebSocket, type RawWebSocket } from '../../../../support/raw-web-socket.ts'

const message = (text: string) => JSON.stringify({ text })
const ours = (text: string) => frame(message(text), { masked: false })

describe('ws, as far as the fast path relies on it,', () => {
  let server: Server
  let raw: RawWebSocket
  let socket: WebSocket
  let below: Duplex

  beforeEach(async () => {
    server = createServer()
    const sockets = new WebSocketServer({ noServer: true, allowSynchronousEvents: false, perMessageDeflate: false })
    const opened = new Promise<void>((resolve) => {
      server.on('upgrade', (request, duplex: Duplex, head) => {
        below = duplex
        sockets.handleUpgrade(request, duplex, head, (webSocket) => {
          socket = webSocket
          socket.on('error', () => 'cut off on purpose')
          resolve()
        })
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    raw = await openRawWebSocket(`http://127.0.0.1:${port}/graphql`)
    await opened
  })

  afterEach(() => {
    raw.socket.destroy()
    socket.terminate()
    server.close()
  })

  it('writes its frames at once and whole, so that others can be written between them', async () => {
    const large = 'x'.repeat(70_000)
    below.cork()
    socket.send(message('1'))
    below.write(ours('2'))
    socket.ping('x'.repeat(100))
    below.write(ours('3'))
    socket.send(message(large))
    socket.pong()
    below.write(ours(large))
    below.uncork()
    socket.send(message('4'))
    const events = []
    for (let count = 0; count < 6; count++) events.push(await raw.next())
    expect(events).toEqual(['1', '2', '3', large, large, '4'].map((text) => ({ message: { text } })))
  })

  it('counts what others have written to the socket below', () => {
    below.cork()
    below.write(ours('x'.repeat(1_000)))
    expect(socket.bufferedAmount).toBeGreaterThan(1_000)
    below.uncork()
  })

  it('is not open any more from the moment that it closes, and writes nothing after the close frame', async () => {
    socket.close(1000)
    expect(socket.readyState).toBe(socket.CLOSING)
    expect(await raw.closed()).toBe(1000)
  })

  it('hands on one message in a turn of the event loop, also of those that came together', async () => {
    const turns: number[] = []
    let turn = 0
    const count = () => {
      turn++
      timer = setImmediate(count)
    }
    let timer = setImmediate(count)
    socket.on('message', () => turns.push(turn))
    raw.write(Buffer.concat([frame('1'), frame('2'), frame('3')]))
    await expect.poll(() => turns.length).toBe(3)
    clearImmediate(timer)
    expect(new Set(turns).size).toBe(3)
  })

  it('parses in a Writable, whose class has the method that is guarded', () => {
    const receiver: unknown = Reflect.get(socket, '_receiver')
    expect(receiver).toBeInstanceOf(Writable)
    expect(Object.hasOwn(Object.getPrototypeOf(receiver), '_write')).toBe(true)
  })
})
