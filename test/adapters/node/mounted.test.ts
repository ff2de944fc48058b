import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { MongoClient } from 'mongodb'
import { createFetchHandler, createNodeHandler, type NodeHandler } from '../../../src/adapters/node/node-handler.ts'
import { answer } from '../../support/fetch-server.ts'
import { builtPages } from '../../support/built-pages.ts'
import { CONNECTIONS, describeAdapter } from '../adapter-suite.ts'
import { describeMount, type MountUnderTest } from '../mount-suite.ts'

describeAdapter('in somebody else’s server, at its root', async (mongoUri) => {
  const relay = createNodeHandler({
    mongoUri,
    allowAnonymous: true,
    keepAliveMs: 500,
    maxConnectionsPerAddress: CONNECTIONS,
    pages: await builtPages(),
  })
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

/** What both relays below are made with. */
const optionsOf = (client: MongoClient) => ({
  client,
  basePath: '/changes',
  tokenSecret: 'a secret of thirty-two characters',
  rules: [
    { name: 'ada sees everything', roles: ['ada'], namespaces: ['*'] },
    { name: 'everybody sees what is public', namespaces: ['*.public'] },
  ],
})

function userOf(cookies: string | null | undefined) {
  const [, user] = /session=(\w+)/.exec(cookies ?? '') ?? []
  return user === undefined ? null : { subject: user, roles: [user] }
}

describeMount('a server of node:http', (mongoUri) => {
  const client = new MongoClient(mongoUri)
  const relay = createNodeHandler({
    ...optionsOf(client),
    principal: ({ headers }: IncomingMessage) => userOf(headers.cookie),
  })
  return serveWith(client, relay, (request, response, next) =>
    parse(request, response, () => relay.request(request, response, next)),
  )
})

describeMount('a server of requests and responses on Node', (mongoUri) => {
  const client = new MongoClient(mongoUri)
  const relay = createFetchHandler({ ...optionsOf(client), principal: ({ headers }) => userOf(headers.get('cookie')) })
  return serveWith(client, relay, (request, response, next) => {
    const isTheirs = !/^(http:..[^/]*)?\/changes\//.test(request.url ?? '')
    if (isTheirs) return parse(request, response, next)
    answer(relay, request, response).catch(next)
  })
})

type Next = (error?: unknown) => void

async function serveWith(
  client: MongoClient,
  relay: Pick<NodeHandler, 'upgrade' | 'stats' | 'stop'>,
  handle: (request: IncomingMessage, response: ServerResponse, next: Next) => void,
): Promise<MountUnderTest> {
  const server = createServer((request, response) => {
    response.setHeader('x-theirs', 'yes')
    handle(request, response, (error) => void own(request, response, error))
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
}

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
