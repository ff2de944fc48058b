import Fastify from 'fastify'
import { createNodeHandler } from 'tailrace/node'
import { mongo, options, port, tell } from './theirs.js'

const relay = createNodeHandler(options)
const app = Fastify()
app.addHook('onRequest', async (_request, reply) => void reply.header('x-theirs', 'yes'))
app.all('/changes/*', (request, reply) => {
  reply.hijack()
  reply.raw.setHeaders(new Map(Object.entries(reply.getHeaders())))
  relay.request(Object.assign(request.raw, { body: request.body }), reply.raw)
})
app.get('/mongo', () => mongo())
app.post('/echo', (request) => request.body)
app.setNotFoundHandler(async () => 'theirs')
app.server.on('upgrade', (request, socket, head) => relay.upgrade(request, socket, head) || socket.destroy())
app.addHook('preClose', () => relay.stop())
tell(relay, await app.listen({ port }))
