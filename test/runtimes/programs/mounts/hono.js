import { mongo } from './theirs.js'

/** Somebody's middleware and routes in Hono. */
export function addOwn(app) {
  app.use(async (c, next) => {
    c.res.headers.set('x-theirs', 'yes')
    if (c.req.method === 'POST') await c.req.json().catch(() => undefined)
    await next()
  })
  app.get('/mongo', async (c) => c.text(await mongo()))
  app.post('/echo', async (c) => c.json(await c.req.json()))
  app.notFound((c) => c.text('theirs', 200, { 'x-theirs': 'yes' }))
}
