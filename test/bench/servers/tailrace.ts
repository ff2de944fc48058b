import { DB } from '../database.ts'
import { createRelay } from '../../../src/adapters/node/relay.ts'

/** Tailrace, as `createRelay` gives it, but for the number of subscriptions, which all come from one address. */
export async function startTailrace(uri: string): Promise<string> {
  const relay = await createRelay({
    mongoUri: uri,
    port: 0,
    namespace: `${DB}.c`,
    maxSubscriptions: 20_000,
    maxSubscriptionsPerPrincipal: 20_000,
  })
  return relay.graphqlUrl.replace('http', 'ws')
}
