/** A stand-in of what calls the route handlers of Next: `node next-routes.js`. */
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import * as route from './mounts/next/route.js'
import { mongo, tell } from './mounts/theirs.js'

const server = createServer(
  getRequestListener(async (request) => {
    const { pathname } = new URL(request.url)
    const answer = await respond(request, pathname)
    answer.headers.set('x-theirs', 'yes')
    return answer
  }),
)
const relay = { stats: () => globalThis.relay?.stats(), stop: async () => globalThis.relay?.stop() }
server.listen(0, '127.0.0.1', () => tell(relay, `http://127.0.0.1:${server.address().port}`))

async function respond(request, pathname) {
  if (pathname === '/mongo') return new Response(await mongo())
  if (pathname === '/echo') return new Response(await request.text())
  const [, path] = /^\/changes\/(.*)$/.exec(pathname) ?? []
  if (path === undefined) return new Response('theirs')
  const params = Promise.resolve({ path: path.split('/') })
  return route[request.method]?.(request, { params }) ?? new Response(null, { status: 405 })
}
