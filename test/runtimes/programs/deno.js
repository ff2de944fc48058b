// one of the bundles; the other runtimes have it file by file
import { createDenoHandler } from 'tailrace/bundled/deno'
import { control, optionsOf } from './control.js'

const relay = createDenoHandler(optionsOf(Deno.env.get('MONGODB_URI')))
const onListen = ({ port }) => console.log(`http://127.0.0.1:${port}`)
Deno.serve(
  { port: 0, hostname: '127.0.0.1', onListen },
  async (request, connection) => (await control(relay, request)) ?? relay.fetch(request, connection),
)
