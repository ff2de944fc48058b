import { describe, expect, it, vi } from 'vitest'
import type { Asked } from '../../../../src/relay/transport/http/asked.ts'
import { openReceiver } from '../../../../src/relay/transport/websocket/receiver.ts'

const MAX_MESSAGE_BYTES = 300

const ASKED: Asked = {
  method: 'GET',
  url: '/graphql',
  headers: { 'sec-websocket-protocol': 'graphql-transport-ws' },
  address: '127.0.0.1',
  readBody: () => Promise.resolve({ bytes: new Uint8Array() }),
}

function open() {
  const socket = { send: vi.fn(), close: vi.fn(), terminate: vi.fn() }
  const started = new Promise<never>(() => undefined)
  const receiver = openReceiver({ socket, asked: ASKED, maxMessageBytes: MAX_MESSAGE_BYTES, relay: started })
  return { socket, receiver }
}

describe('a receiver of messages', () => {
  it.each(['a', 'é', '€', '😀'])('takes a message of %s up to `maxMessageBytes`, and not a byte more', (character) => {
    const text = character.repeat(MAX_MESSAGE_BYTES / Buffer.byteLength(character))
    const exact = open()
    exact.receiver.message(text)
    expect(exact.socket.close).not.toHaveBeenCalled()
    const over = open()
    over.receiver.message(`${text}.`)
    expect(over.socket.close).toHaveBeenCalledWith(1009, 'Message too big')
  })

  it.each(['', 'x'.repeat(MAX_MESSAGE_BYTES)])('cuts off a client that sends on and on before it is served', (text) => {
    const { socket, receiver } = open()
    for (let count = 0; count < 200_000 && socket.terminate.mock.calls.length === 0; count++) receiver.message(text)
    expect(socket.terminate).toHaveBeenCalledOnce()
  })
})
