import { describe, expect, it, vi } from 'vitest'
import type { RelayOptions } from '../../../../src/relay/options.ts'
import { createRelay } from '../../../../src/adapters/node/relay.ts'
import { openDeployment } from '../../../support/deployment.ts'
import { type Proxy, startProxy } from '../../../support/proxy.ts'

async function get(url: string, path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(new URL(path, url), { headers: { connection: 'close' } })
  return { status: response.status, text: await response.text() }
}

const READY = { status: 200, text: 'ready\n' }

async function withProxiedRelay(
  options: RelayOptions,
  test: (url: string, proxy: Proxy) => Promise<void>,
): Promise<void> {
  const deployment = await openDeployment()
  const proxy = await startProxy(await deployment.server())
  const mongoUri = deployment.uriThrough(proxy.port)
  const relay = await createRelay({ port: 0, mongoUri, backoff: { maxMs: 100 }, readyTimeoutMs: 10, ...options })
  try {
    await test(relay.url, proxy)
  } finally {
    await relay.stop()
    await proxy.stop()
    await deployment.stop()
  }
}

describe('/readyz', () => {
  it('says whether the default namespace is being watched, and why not', async () => {
    await withProxiedRelay({}, async (url, proxy) => {
      const becomes = (answer: object) => vi.waitFor(async () => expect(await get(url, 'readyz')).toEqual(answer))
      await becomes(READY)
      proxy.interrupt()
      await becomes({ status: 503, text: 'MongoDB cannot be reached\n' })
      expect(await get(url, 'healthz')).toEqual({ status: 200, text: 'ok\n' })
      proxy.restore()
      await becomes(READY)
    })
  })

  it('says that the relay is stopping while it goes on serving for the drain delay', async () => {
    const { uri, stop } = await openDeployment()
    const relay = await createRelay({ port: 0, mongoUri: uri, drainDelayMs: 1_000 })
    await vi.waitFor(async () => expect(await get(relay.url, 'readyz')).toEqual(READY))
    const stopped = relay.stop()
    expect(await get(relay.url, 'readyz')).toEqual({ status: 503, text: 'The relay is shutting down\n' })
    expect(await get(relay.url, 'healthz')).toEqual({ status: 200, text: 'ok\n' })
    const answer = await fetch(relay.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: '{"query":"{ __typename }"}',
    })
    expect(await answer.json()).toEqual({ data: { __typename: 'Query' } })
    await stopped
    await expect(get(relay.url, 'readyz')).rejects.toThrow()
    await stop()
  })
})

describe('switches', () => {
  it('serve no GraphiQL and hide the schema where that is asked', async () => {
    const { uri, stop } = await openDeployment()
    const relay = await createRelay({ port: 0, mongoUri: uri, graphiql: false, introspection: false })
    const page = await fetch(relay.graphqlUrl, { headers: { accept: 'text/html', connection: 'close' } })
    expect(page.status).toBeGreaterThanOrEqual(400)
    expect(await page.text()).not.toContain('<html')
    const ask = async (query: string) => {
      const headers = { 'content-type': 'application/json', connection: 'close' }
      const answer = await fetch(relay.graphqlUrl, { method: 'POST', headers, body: JSON.stringify({ query }) })
      return answer.json()
    }
    expect(await ask('{ __schema { queryType { name } } }')).toHaveProperty('errors')
    expect(await ask('{ __typename relay { embedded } }')).toEqual({
      data: { __typename: 'Query', relay: { embedded: false } },
    })
    await relay.stop()
    await stop()
  })
})
