import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import { describe, expect, it, vi } from 'vitest'
import { createNodeHandler, type NodeHandler } from '../../../src/adapters/node/node-handler.ts'
import type { HandlerOptions } from '../../../src/relay/handler-options.ts'
import { useOnEnd } from '../../support/on-end.ts'
import { openHandSocket } from '../../support/socket.ts'
import { useDeployment } from '../../support/use-deployment.ts'

const QUERY = JSON.stringify({ query: '{ relay { version } }' })

type Mount = (relay: NodeHandler, request: IncomingMessage, response: ServerResponse) => unknown

describe('a relay in a server of node:http', () => {
  const at = useDeployment()
  const onEnd = useOnEnd()

  /** Starts a server that hands each request on in its own way. */
  async function start(mount: Mount, options: Partial<HandlerOptions<IncomingMessage>> = {}) {
    const relay = createNodeHandler({ mongoUri: at.uri, allowAnonymous: true, ...options })
    const server = createServer((request, response) => void mount(relay, request, response))
    server.on('upgrade', relay.upgrade)
    onEnd(async () => {
      await relay.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const post = async (body: string, path = '/graphql') => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(url + path, { method: 'POST', headers, body })
      return { status: answer.status, text: await answer.text() }
    }
    return { relay, url, post }
  }

  /** Reads a body as middleware does, and keeps of it what `keep` makes of it. */
  const reading =
    (keep: (body: Buffer) => object): Mount =>
    async (relay, request, response) =>
      relay.request(Object.assign(request, keep(await buffer(request))), response)

  it.each<[string, (body: Buffer) => object]>([
    ['parsed', (body) => ({ body: JSON.parse(String(body)) as unknown })],
    ['kept as bytes', (body) => ({ body })],
    ['kept as text', (body) => ({ body: String(body) })],
    ['kept beside what it was parsed to', (rawBody) => ({ rawBody, body: {} })],
  ])('answers a query whose body was read before, and %s', async (_name, keep) => {
    const { post } = await start(reading(keep))
    expect(await post(QUERY)).toMatchObject({ status: 200, text: expect.stringContaining('"version"') })
  })

  it.each<[string, () => object]>([
    ['not kept', () => ({})],
    ['made something that is no JSON', () => ({ body: 5n })],
  ])('says so where a body was read before, and %s', async (_name, keep) => {
    const { post } = await start(reading(keep))
    expect(await post(QUERY)).toMatchObject({ status: 400, text: expect.stringContaining('request.body') })
  })

  it('takes no more of a body that was parsed before than of any other', async () => {
    const { post } = await start(
      reading((body) => ({ body: JSON.parse(String(body)) as unknown })),
      { maxMessageBytes: 1_024 },
    )
    expect(await post(JSON.stringify({ query: `{ relay { version } } # ${'é'.repeat(600)}` }))).toMatchObject({
      status: 413,
    })
  })

  it('is below its path also where a router has cut off that path, or a part of it', async () => {
    const { post } = await start(
      (relay, request, response) => {
        const originalUrl = request.url
        relay.request(Object.assign(request, { originalUrl, url: '/graphql' }), response, () => response.end('theirs'))
      },
      { basePath: '/api/changes' },
    )
    expect(await post(QUERY, '/api/changes/graphql')).toMatchObject({ status: 200 })
    expect(await post(QUERY, '/changes/graphql')).toEqual({ status: 200, text: 'theirs' })
  })

  it('answers 503 after it was stopped', async () => {
    const { relay, url, post } = await start((mounted, request, response) => mounted.request(request, response))
    expect(await post(QUERY)).toMatchObject({ status: 200 })
    await relay.stop()
    expect(await post(QUERY)).toMatchObject({ status: 503, text: expect.stringContaining('SHUTTING_DOWN') })
    await expect(openHandSocket(`${url}/graphql`)).rejects.toThrow('503')
  })

  it('serves HTTP/2 by the interface that it shares with node:http', async () => {
    const relay = createNodeHandler({ mongoUri: at.uri, allowAnonymous: true })
    // what Fastify and others hand on, too
    const server = http2.createServer((request, response) => {
      relay.request(request as unknown as IncomingMessage, response as unknown as ServerResponse)
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const session = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    onEnd(async () => {
      session.destroy()
      await relay.stop()
      await new Promise((resolve) => server.close(resolve))
    })
    const post = session.request({ ':path': '/graphql', ':method': 'POST', 'content-type': 'application/json' })
    post.end(QUERY)
    expect(await text(post)).toContain('"version"')

    const query = `subscription { changes(db: "${at.db}", announceStart: true) { operationType } }`
    const path = `/graphql?query=${encodeURIComponent(query)}`
    const stream = session.request({ ':path': path, accept: 'text/event-stream' })
    let read = ''
    stream.on('data', (piece) => (read += String(piece)))
    await vi.waitFor(() => expect(read).toContain('started'))
    expect(relay.stats()?.subscribers).toBe(1)
    stream.close()
    await vi.waitFor(() => expect(relay.stats()?.subscribers).toBe(0))
  })

  describe('that cannot start', () => {
    const wrong = { rules: [{ name: 'some', namespaces: ['shop.*'] }] }

    it('hands the reason on to what comes next', async () => {
      const { post } = await start(
        (relay, request, response) =>
          relay.request(request, response, (error) => response.writeHead(500).end(String(error))),
        wrong,
      )
      expect(await post(QUERY)).toEqual({ status: 500, text: expect.stringContaining('tokenSecret') })
    })

    it('answers 500, and logs the reason', async () => {
      const error = vi.fn()
      const quiet = () => undefined
      const log = { debug: quiet, info: quiet, warn: quiet, error }
      const { url, post } = await start((relay, request, response) => relay.request(request, response), {
        ...wrong,
        log,
      })
      expect(await post(QUERY)).toEqual({ status: 500, text: 'Internal Server Error\n' })
      await expect(openHandSocket(`${url}/graphql`)).rejects.toThrow('500')
      expect(error).toHaveBeenCalledWith(
        { err: expect.objectContaining({ code: 'BAD_USER_INPUT' }) },
        expect.any(String),
      )
    })

    it('says why on the console where it has no log', async () => {
      const said = vi.spyOn(console, 'error').mockReturnValue(undefined)
      const { post } = await start((relay, request, response) => relay.request(request, response), wrong)
      await post(QUERY)
      expect(said).toHaveBeenCalledWith(expect.any(String), expect.objectContaining({ code: 'BAD_USER_INPUT' }))
    })
  })
})
