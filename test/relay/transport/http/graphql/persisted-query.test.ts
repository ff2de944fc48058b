import { describe, expect, it } from 'vitest'
import { openRawWebSocket } from '../../../../support/raw-web-socket.ts'
import { useRelay } from '../../../../support/relay.ts'

const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } }
const REFUSED = [{ message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }]
const query = '{ relay { embedded } }'

describe('the hash of a query', () => {
  const at = useRelay()

  const post = (body: object, accept: string) =>
    fetch(at.relay.graphqlUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', accept },
      body: JSON.stringify(body),
    })

  it.each(['application/json', 'application/graphql-response+json', 'text/event-stream'])(
    'alone is answered such that clients which accept %s send the query',
    async (accept) => {
      for (const alone of [{}, { query: null }, { query: '' }]) {
        const response = await post({ ...alone, operationName: 'Q', variables: {}, extensions }, accept)
        expect(response.status).toBe(200)
        expect(await response.text()).toContain(JSON.stringify({ errors: REFUSED }))
      }
      const url = `${at.relay.graphqlUrl}?operationName=Q&extensions=${encodeURIComponent(JSON.stringify(extensions))}`
      const response = await fetch(url, { headers: { accept } })
      expect(response.status).toBe(200)
      expect(await response.text()).toContain(JSON.stringify({ errors: REFUSED }))
    },
  )

  it('beside the query changes nothing', async () => {
    const response = await post({ query, extensions }, 'application/json')
    expect(await response.json()).toMatchObject({ data: { relay: {} } })
  })

  it('does so over WebSocket, too, where the socket goes on', async () => {
    const raw = await openRawWebSocket(at.relay.graphqlUrl)
    at.onEnd(() => raw.socket.destroy())
    raw.send({ type: 'connection_init' })
    await raw.next()
    for (const alone of [{}, { query: '' }, { query: null }]) {
      raw.send({ type: 'subscribe', id: '1', payload: { ...alone, operationName: 'Q', variables: {}, extensions } })
      expect(await raw.next()).toEqual({ message: { id: '1', type: 'error', payload: REFUSED } })
    }
    raw.send({ type: 'subscribe', id: '1', payload: { query, extensions } })
    expect(await raw.next()).toMatchObject({ message: { id: '1', type: 'next', payload: { data: {} } } })
    expect(await raw.next()).toMatchObject({ message: { id: '1', type: 'complete' } })
    // the protocol's own rules hold for it
    raw.send({ type: 'subscribe', id: 1, payload: { extensions } })
    expect(await raw.closed()).toBe(4400)
  })
})
