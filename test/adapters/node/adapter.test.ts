import { createRelay } from '../../../src/adapters/node/relay.ts'
import { CONNECTIONS, describeAdapter } from '../adapter-suite.ts'

describeAdapter('with a server of its own', async (mongoUri) => {
  const { graphqlUrl, stop, stats } = await createRelay({
    mongoUri,
    port: 0,
    keepAliveMs: 500,
    maxConnectionsPerAddress: CONNECTIONS,
  })
  return { graphqlUrl, stop, subscribers: () => stats().subscribers }
})
