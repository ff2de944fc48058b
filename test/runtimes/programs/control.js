import { pages } from 'tailrace/pages'

/** Answers what a test asks of a relay beside what clients do; `undefined` where a client asks. */
export async function control(relay, request) {
  const { pathname } = new URL(request.url)
  if (pathname === '/control/stats') return Response.json(relay.stats() ?? {})
  if (pathname !== '/control/stop') return undefined
  await relay.stop()
  return new Response('stopped')
}

const quiet = () => undefined
const loud = (fields, message) => console.error(message, fields.err?.stack ?? JSON.stringify(fields))

/** A relay of everybody's, which says on stderr what goes wrong. */
export const optionsOf = (mongoUri) => ({
  mongoUri,
  allowAnonymous: true,
  maxConnectionsPerAddress: 40,
  pages,
  log: { debug: quiet, info: quiet, warn: quiet, error: loud },
})
