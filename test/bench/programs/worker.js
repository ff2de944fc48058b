/** A relay in workerd, for `workerd.js` of `test/runtimes`. */
import { createRelayObject, toRelay } from 'tailrace/cloudflare'

export class Relay extends createRelayObject((env) => ({ mongoUri: env.MONGODB_URI, allowAnonymous: true })) {}
export default { fetch: (request, env) => toRelay(env.RELAY, request) }
