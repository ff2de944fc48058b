/** What somebody's server has besides the relay that it mounts, whatever it is made with. */
import { createServer } from 'node:http'
import { MongoClient } from 'mongodb'

const client = new MongoClient(process.env.MONGODB_URI)

/** Who sends a request, of Node's kind or of the web's, by the cookie of their session. */
function principal({ headers }) {
  const cookies = headers instanceof Headers ? headers.get('cookie') : headers.cookie
  const [, user] = /session=(\w+)/.exec(cookies ?? '') ?? []
  return user === undefined ? null : { subject: user, roles: [user] }
}

export const port = 0

/** As if the platform ended what lasts longer. */
export const maxStreamMs = 8_000

/** What the relay is made with. */
export const options = {
  client,
  principal,
  basePath: '/changes',
  rules: [
    { name: 'ada sees everything', roles: ['ada'], namespaces: ['*'] },
    { name: 'everybody sees what is public', namespaces: ['*.public'] },
  ],
  tokenSecret: 'a secret of thirty-two characters',
}

/** Uses the client beside the relay. */
export async function mongo() {
  await client.db('admin').command({ ping: 1 })
  return 'ok'
}

/**
 * Tells the test where the server is, and answers at another port what it asks of the relay: neither is a part of a
 * server with a relay.
 */
export function tell(relay, origin) {
  const control = createServer(async (request, response) => {
    if (request.url === '/stop') await relay.stop()
    response.end(JSON.stringify(relay.stats() ?? {}))
  })
  control.listen(0, '127.0.0.1', () => console.log(`${origin} http://127.0.0.1:${control.address().port}`))
}
