import { describe, expect, it, vi } from 'vitest'
import { createMessageChannel } from '../../../../src/relay/transport/websocket/message-channel.ts'

function open(extra: { bufferedBytes?: () => number } = {}) {
  const sent: string[] = []
  const socket = { send: (text: string) => void sent.push(text), close: vi.fn(), ...extra }
  const cut = vi.fn()
  const channel = createMessageChannel(socket, 'graphql-transport-ws', () => undefined, cut)
  const send = (text: string) => channel.send(text, () => undefined)
  const pings = () =>
    sent.filter((text) => text.includes('"ping"')).map((text) => JSON.parse(text) as { payload: unknown })
  return { sent, socket, channel, cut, send, pings }
}

describe('a channel whose runtime does not tell what waits', () => {
  it('asks from time to time whether the client has read, and counts what was sent until it answers', () => {
    const { channel, send, pings } = open()
    send('x'.repeat(60_000))
    expect([channel.bufferedBytes, pings().length]).toEqual([60_000, 0])
    send('y'.repeat(10_000))
    expect([channel.bufferedBytes, pings().length]).toEqual([70_000, 1])
    const drained = vi.fn()
    channel.onDrain(drained)
    channel.answered?.(pings()[0]?.payload)
    expect([channel.bufferedBytes, drained.mock.calls.length]).toEqual([0, 1])
  })

  it('counts bytes, whatever the characters', () => {
    const { channel, send } = open()
    send('€'.repeat(1_000))
    const payload = Buffer.from(JSON.stringify('€'.repeat(1_000)))
    channel.sendNext({ payloads: [payload, payload], tokens: ['a', 'b'], bytes: 2 * payload.length }, 'é', true)
    const frame = Buffer.byteLength('{"id":"é","type":"next","payload":}')
    expect(channel.bufferedBytes).toBe(3_000 + 2 * (payload.length + frame))
  })

  it('does not believe a client that answers what it has not read', () => {
    const { channel, send } = open()
    send('x'.repeat(100_000))
    for (const guess of [undefined, {}, { read: '' }, { read: 1 }, { read: 'a guess' }, null]) channel.answered?.(guess)
    expect(channel.bufferedBytes).toBe(100_000)
  })

  it('takes a later answer for earlier ones', () => {
    const { channel, send, pings } = open()
    for (let count = 0; count < 3; count++) send('x'.repeat(65_536))
    expect(pings()).toHaveLength(3)
    channel.answered?.(pings()[1]?.payload)
    expect(channel.bufferedBytes).toBe(65_536)
    channel.answered?.(pings()[0]?.payload)
    expect(channel.bufferedBytes).toBe(65_536)
  })
})

describe('a channel', () => {
  it('believes the runtime, where that tells what waits', () => {
    const { channel, send, pings } = open({ bufferedBytes: () => 7 })
    send('x'.repeat(200_000))
    expect([channel.bufferedBytes, pings().length]).toEqual([7, 0])
  })

  it('is given up at once where a runtime can only close it', () => {
    const { channel, socket, cut } = open()
    channel.terminate()
    expect([socket.close.mock.calls.length, cut.mock.calls.length, channel.isOpen]).toEqual([1, 1, false])
  })

  it('sends nothing once it is closing, and tells once that it is closed', () => {
    const { channel, send, sent, socket } = open()
    channel.close(1_001, 'Going away')
    channel.close(1_000, 'again')
    send('late')
    expect([sent, socket.close.mock.calls, channel.isOpen]).toEqual([[], [[1_001, 'Going away']], false])
    const closed = vi.fn()
    channel.onceClosed(closed)
    channel.closed()
    channel.closed()
    expect(closed).toHaveBeenCalledTimes(1)
    channel.onceClosed(closed)
    expect(closed).toHaveBeenCalledTimes(2)
  })
})
