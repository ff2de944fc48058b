import { startFetchServer } from '../support/fetch-server.ts'
import { describeAdapter } from './adapter-suite.ts'

const allowAnonymous = true

describeAdapter('without a server, behind one that knows requests, responses and messages', async (mongoUri) => {
  const { graphqlUrl, handler, stop } = await startFetchServer({ mongoUri, allowAnonymous, keepAliveMs: 500 })
  return { graphqlUrl, stop, subscribers: () => handler.stats()?.subscribers }
})
