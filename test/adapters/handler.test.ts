import { builtPages } from '../support/built-pages.ts'
import { startFetchServer } from '../support/fetch-server.ts'
import { CONNECTIONS, describeAdapter } from './adapter-suite.ts'

const allowAnonymous = true

describeAdapter('without a server, behind one that knows requests, responses and messages', async (mongoUri) => {
  const options = {
    mongoUri,
    allowAnonymous,
    keepAliveMs: 500,
    maxConnectionsPerAddress: CONNECTIONS,
    pages: await builtPages(),
  }
  const { graphqlUrl, handler, stop } = await startFetchServer(options)
  return { graphqlUrl, stop, subscribers: () => handler.stats()?.subscribers }
})
