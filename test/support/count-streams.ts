import { type AddressInfo, connect, createServer } from 'node:net'
import type { ServerAddress } from './server-address.ts'

/** A proxy before a server that sees the change streams that are opened through it. */
export interface StreamCounter {
  readonly port: number
  /** Each in order: the images that it asks for, with commas between. */
  readonly opened: readonly string[]
  stop(): void
}

/** Starts one on a free port. */
export async function countStreams({ host, port }: ServerAddress): Promise<StreamCounter> {
  const opened: string[] = []
  const server = createServer((socket) => {
    const upstream = connect(port, host)
    let end = ''
    socket.on('data', (data) => {
      const text = end + data.toString('latin1')
      for (const stage of text.split('$changeStream\0').slice(1)) {
        opened.push((stage.slice(0, 500).match(/updateLookup|whenAvailable|required/g) ?? []).join())
      }
      // a name that comes in two pieces
      end = text.slice(-13)
    })
    socket.pipe(upstream).pipe(socket)
    for (const one of [socket, upstream]) one.on('error', () => [socket, upstream].forEach((each) => each.destroy()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // a TCP server has such an address
  return { port: (server.address() as AddressInfo).port, opened, stop: () => void server.close() }
}
