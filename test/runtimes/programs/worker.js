import { createRelayObject, toRelay } from 'tailrace/cloudflare'
import { control, optionsOf } from './control.js'

// a socket without a client is noticed by that
const keepAliveMs = 2_000

export class Relay extends createRelayObject((env) => ({ ...optionsOf(env.MONGODB_URI), keepAliveMs })) {
  async fetch(request) {
    return (await control(this, request)) ?? super.fetch(request)
  }
}
export default { fetch: (request, env) => toRelay(env.RELAY, request) }
