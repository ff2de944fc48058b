import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { MongoClient } from 'mongodb'
import { createNodeHandler } from '../../../src/adapters/node/node-handler.ts'
import { builtPages } from '../../support/built-pages.ts'
import { describeAdapter } from '../adapter-suite.ts'
import { describeMount } from '../mount-suite.ts'

describeAdapter('in somebody else’s server, at its root', async (mongoUri) => {
  const relay = createNodeHandler({ mongoUri, allowAnonymous: true, keepAliveMs: 500, pages: await builtPages() })
  const server = createServer((request, response) => void relay.request(request, response))
  server.on('upgrade', relay.upgrade)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    graphqlUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    subscribers: () => relay.stats()?.subscribers,
    async stop() {
      await relay.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
})

describeMount('a server of node:http', async (mongoUri) => {
  const client = new MongoClient(mongoUri)
  const relay = createNodeHandler({
    client,
    basePath: '/changes',
    principal: ({ headers }: IncomingMessage) => {
      const [, user = ''] = /session=(\w+)/.exec(headers.cookie ?? '') ?? []
      return user === '' ? null : { subject: user, roles: [user] }
    },
    tokenSecret: 'a secret of thirty-two characters',
    rules: [
      { name: 'ada sees everything', roles: ['ada'], namespaces: ['*'] },
      { name: 'everybody sees what is public', namespaces: ['*.public'] },
    ],
  })
  const server = createServer((request, response) => {
    response.setHeader('x-theirs', 'yes')
    parse(request, response, () => relay.request(request, response, (error) => void own(request, response, error)))
  })
  server.on('upgrade', (request, socket, head) => {
    if (!relay.upgrade(request, socket, head)) socket.end('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    subscribers: () => relay.stats()?.subscribers,
    stopRelay: relay.stop,
    async stop() {
      await relay.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await client.close()
    },
  }

  async function own(request: IncomingMessage, response: ServerResponse, error: unknown): Promise<void> {
    const { url, body } = request as IncomingMessage & { body?: unknown }
    if (error) return void response.writeHead(500).end(String(error))
    if (url === '/mongo') await client.db('admin').command({ ping: 1 })
    response.end(url === '/mongo' ? 'ok' : url === '/echo' ? JSON.stringify(body) : 'theirs')
  }
})

function parse(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  if (request.method !== 'POST') return next()
  text(request).then(
    (read) => {
      try {
        Object.assign(request, { body: JSON.parse(read) as unknown })
      } catch {
        return void response.writeHead(400).end('no JSON')
      }
      next()
    },
    () => response.destroy(),
  )
}
