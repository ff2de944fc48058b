import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBroker } from '../../../src/relay/backbone/connection.ts'
import { useBackbone } from '../../support/backbone.ts'
import { hasNatsServer } from '../../support/nats-server.ts'

describe.runIf(hasNatsServer)('a connection to a NATS server', () => {
  const backbone = useBackbone()

  it('closes nothing that those have opened whom it calls', async () => {
    const accepted: Socket[] = []
    const server = createServer((socket) => accepted.push(socket.on('error', () => undefined).resume()))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const broker = createBroker({ servers: [backbone.server.url] })
    const { connection } = await broker.get()
    let opened: Socket | undefined
    // a TCP server has such an address
    const { port } = server.address() as AddressInfo
    connection.subscribe('open', { callback: () => void (opened = connect(port, '127.0.0.1')) })
    connection.publish('open')
    await expect.poll(() => accepted.length).toBe(1)
    await broker.close()
    expect(opened?.destroyed).toBe(false)
    opened?.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
})

describe('a connection to a broker', () => {
  const sockets = new Set<Socket>()
  let server: Server
  let url = ''

  beforeEach(async () => {
    // as something else does that was taken for a broker: it answers nothing
    server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
      socket.resume()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // a TCP server has such an address
    url = `nats://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })

  it('leaves nothing open when it is given up, however often it is tried', async () => {
    const broker = createBroker({ servers: [url] })
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(broker.get()).rejects.toThrow('The event backbone cannot be reached')
    }
    await expect.poll(() => sockets.size).toBe(0)
    await broker.close()
  })

  it('leaves nothing open when it is closed while it is being made', async () => {
    const broker = createBroker({ servers: [url] })
    const failed = expect(broker.get()).rejects.toThrow('The event backbone cannot be reached')
    await expect.poll(() => sockets.size).toBe(1)
    await broker.close()
    await expect.poll(() => sockets.size).toBe(0)
    await failed
  })
})
