import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { cloneRawRequest } from 'hono/request'
import { createFetchHandler } from 'tailrace/node'
import { addOwn } from './hono.js'
import { options, port, tell } from './theirs.js'

const relay = createFetchHandler(options)
const app = new Hono()
addOwn(app)
app.all('/changes/*', async (c) => relay.fetch(await cloneRawRequest(c.req)))
const server = serve({ fetch: app.fetch, port })
server.on('listening', () => tell(relay, `http://127.0.0.1:${server.address().port}`))
server.on('upgrade', (request, socket, head) => relay.upgrade(request, socket, head) || socket.destroy())
