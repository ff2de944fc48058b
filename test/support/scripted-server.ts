import { type AddressInfo, createServer, type Socket } from 'node:net'
import { BSON, type Document } from 'mongodb'

/** A server that answers as a test says, to try what no server at hand can be brought to. */
export interface ScriptedServer {
  readonly port: number
  stop(): Promise<void>
}

/** Has a server answer each command, by its name; `undefined` hangs up, as does `'hang up'` before anything is read. */
export async function startScriptedServer(
  script: 'hang up' | ((name: string, command: Document) => Document | undefined),
): Promise<ScriptedServer> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
    let received = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      if (script === 'hang up') return socket.destroy()
      received = Buffer.concat([received, chunk])
      while (received.length >= 4 && received.length >= received.readInt32LE(0)) {
        const message = received.subarray(0, received.readInt32LE(0))
        received = received.subarray(message.length)
        const reply = answer(message, script)
        if (!reply) return socket.destroy()
        socket.write(reply)
      }
      return undefined
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    // a TCP server has such an address
    port: (server.address() as AddressInfo).port,
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((closed) => server.close(closed))
    },
  }
}

const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013

function answer(
  message: Buffer,
  script: (name: string, command: Document) => Document | undefined,
): Buffer | undefined {
  const isQuery = message.readInt32LE(12) === OP_QUERY
  // an old query has flags, a name that ends with 0, and two numbers before its document; a message has flags and a
  // kind
  const start = isQuery ? message.indexOf(0, 20) + 9 : 21
  const size = message.readInt32LE(start)
  const command = BSON.deserialize(message.subarray(start, start + size))
  const reply = script(Object.keys(command)[0] ?? '', command)
  if (!reply) return undefined
  const body = BSON.serialize({ ok: 1, ...reply })
  const head = Buffer.alloc(isQuery ? 36 : 21)
  head.writeInt32LE(head.length + body.length, 0)
  head.writeInt32LE(message.readInt32LE(4), 8)
  head.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12)
  if (isQuery) head.writeInt32LE(1, 32)
  return Buffer.concat([head, body])
}
