import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { reset, startProxy } from './proxy.ts'

describe('a proxy', () => {
  const server = createServer((socket) => socket.pipe(socket).on('error', () => undefined))
  let port: number
  beforeEach(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    // a TCP server has such an address
    port = (server.address() as AddressInfo).port
  })
  afterEach(async () => {
    server.close()
    await once(server, 'close')
  })

  async function connected(to: number): Promise<Socket> {
    const socket = connect(to, '127.0.0.1')
    await once(socket, 'connect')
    return socket
  }

  it('passes on what it is given, and resets', async () => {
    const proxy = await startProxy({ host: '127.0.0.1', port })
    const socket = await connected(proxy.port)
    socket.write('there and back')
    const [data]: unknown[] = await once(socket, 'data')
    expect(String(data)).toBe('there and back')
    const failed = once(socket, 'error')
    proxy.cut('reset')
    expect(await failed).toMatchObject([{ code: 'ECONNRESET' }])
    await proxy.stop()
  })

  // that nothing is left open is what the check after each test says
  it('leaves nothing open where a client leaves amid what it is sent', async () => {
    const proxy = await startProxy({ host: '127.0.0.1', port })
    const socket = await connected(proxy.port)
    socket.write(Buffer.alloc(4 << 20))
    await once(socket, 'data')
    socket.end().destroySoon()
    await once(socket, 'close')
    await expect.poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBe(0)
    await proxy.stop()
  })

  it('closes a connection that it resets while it ends, or begins', async () => {
    const ending = await connected(port)
    ending.end()
    reset(ending)
    await once(ending, 'close')
    const beginning = connect(port, '127.0.0.1')
    reset(beginning)
    await once(beginning, 'close')
  })
})
