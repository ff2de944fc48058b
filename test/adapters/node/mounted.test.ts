import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createNodeHandler } from '../../../src/adapters/node/node-handler.ts'
import { builtPages } from '../../support/built-pages.ts'
import { describeAdapter } from '../adapter-suite.ts'

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
