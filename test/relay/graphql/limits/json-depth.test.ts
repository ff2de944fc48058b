import { describe, expect, it } from 'vitest'
import { frame, openRawWebSocket } from '../../../support/raw-web-socket.ts'
import { useRelay } from '../../../support/relay.ts'

const DEPTH = 5_000
const nested = {
  lists: '['.repeat(DEPTH) + ']'.repeat(DEPTH),
  objects: '{"a":'.repeat(DEPTH) + '1' + '}'.repeat(DEPTH),
}
const QUERY = '{ relay { embedded } }'
const WATCH = 'subscription { changes { json } }'
const REFUSED = (name: string) => [
  { message: `\`${name}\` nests deeper than 256 levels`, extensions: { code: 'BAD_USER_INPUT' } },
]

describe.each(Object.entries(nested))('JSON of 5,000 levels of %s', (_what, deep) => {
  const at = useRelay()

  async function connected() {
    const raw = await openRawWebSocket(at.relay.graphqlUrl)
    at.onEnd(() => raw.socket.destroy())
    raw.send({ type: 'connection_init' })
    await raw.next()
    return raw
  }

  it.each(['variables', 'extensions'])(
    'is refused in the %s of an operation over WebSocket, which goes on',
    async (name) => {
      const raw = await connected()
      for (const query of [QUERY, WATCH]) {
        raw.write(frame(`{"type":"subscribe","id":"1","payload":{"query":"${query}","${name}":{"x":${deep}}}}`))
        expect(await raw.next()).toEqual({ message: { id: '1', type: 'error', payload: REFUSED(name) } })
      }
      raw.send({ type: 'subscribe', id: '2', payload: { query: QUERY } })
      expect(await raw.next()).toMatchObject({ message: { id: '2', type: 'next' } })
    },
  )

  it.each(['ping', 'pong'])('does no harm in the payload of a %s', async (type) => {
    const raw = await connected()
    raw.write(frame(`{"type":"${type}","payload":{"a":${deep}}}`))
    if (type === 'ping') expect(await raw.next()).toEqual({ message: { type: 'pong', payload: {} } })
    raw.send({ type: 'subscribe', id: '2', payload: { query: QUERY } })
    expect(await raw.next()).toMatchObject({ message: { id: '2', type: 'next' } })
  })

  it('does no harm in the payload of connection_init', async () => {
    const raw = await openRawWebSocket(at.relay.graphqlUrl)
    at.onEnd(() => raw.socket.destroy())
    raw.write(frame(`{"type":"connection_init","payload":{"a":${deep}}}`))
    expect(await raw.next()).toEqual({ message: { type: 'connection_ack' } })
  })

  describe.each(['application/json', 'text/event-stream'])('for a client that accepts %s', (accept) => {
    const query = accept === 'application/json' ? QUERY : WATCH

    it.each(['variables', 'extensions'])('is refused in the %s of a POST', async (name) => {
      const response = await fetch(at.relay.graphqlUrl, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', accept },
        body: `{"query":"${query}","${name}":{"x":${deep}}}`,
      })
      expect(await response.text()).toContain(JSON.stringify({ errors: REFUSED(name) }))
    })

    it.each(['variables', 'extensions'])('is refused in the %s of a GET', async (name) => {
      const url = `${at.relay.graphqlUrl}?query=${encodeURIComponent(query)}&${name}=${encodeURIComponent(`{"x":${deep}}`)}`
      const response = await fetch(url, { headers: { accept } })
      expect(await response.text()).toContain(JSON.stringify({ errors: REFUSED(name) }))
    })
  })
})
