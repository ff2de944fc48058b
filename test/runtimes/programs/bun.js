import { createBunHandler } from 'tailrace/bun'
import { control, optionsOf } from './control.js'

const relay = createBunHandler(optionsOf(process.env.MONGODB_URI))
const server = Bun.serve({
  ...relay,
  port: 0,
  hostname: '127.0.0.1',
  fetch: async (request, server) => (await control(relay, request)) ?? relay.fetch(request, server),
})
console.log(`http://127.0.0.1:${server.port}`)
