import { serve } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import { createNodeHandler } from 'tailrace/node'
import { addOwn } from './hono.js'
import { options, port, tell } from './theirs.js'

const relay = createNodeHandler(options)
const app = new Hono()
addOwn(app)
app.all('/changes/*', (c) => {
  c.env.outgoing.setHeaders(c.res.headers)
  relay.request(c.env.incoming, c.env.outgoing)
  return RESPONSE_ALREADY_SENT
})
const server = serve({ fetch: app.fetch, port }, () => tell(relay, `http://127.0.0.1:${server.address().port}`))
server.on('upgrade', (request, socket, head) => relay.upgrade(request, socket, head) || socket.destroy())
