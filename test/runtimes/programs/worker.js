import { createRelayObject, toRelay } from 'tailrace/cloudflare'
import { control, optionsOf } from './control.js'

// a socket without a client is noticed by that
const options = { ...optionsOf(), keepAliveMs: 2_000 }

export const Relay = createRelayObject((env) => ({ ...options, mongoUri: env.MONGODB_URI }))
export default { fetch: (request, env) => toRelay(env.RELAY, request) }

const { fetch } = Relay.prototype
Relay.prototype.fetch = async function (request) {
  return (await control(this, request)) ?? fetch.call(this, request)
}
