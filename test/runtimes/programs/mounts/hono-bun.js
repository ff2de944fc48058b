import { Hono } from 'hono'
import { createBunHandler } from 'tailrace/bun'
import { addOwn } from './hono.js'
import { options, port, tell } from './theirs.js'

const relay = createBunHandler(options)
const app = new Hono()
addOwn(app)
app.all('/changes/*', (c) => relay.fetch(c.req.raw, c.env))
const server = Bun.serve({ ...relay, port, fetch: app.fetch })
tell(relay, `http://127.0.0.1:${server.port}`)
