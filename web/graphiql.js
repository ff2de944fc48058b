import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { renderGraphiQL } from '@graphql-yoga/render-graphiql'

/** Shown in an empty editor. */
const DEFAULT_QUERY = `# Every change in the deployment, as it happens. Ctrl-Enter starts and stops it.
subscription {
  changes {
    operationType
    ns { db coll }
    documentKey
    json
  }
}
`

/**
 * Builds GraphiQL as one page without a byte from elsewhere, compressed, with the hash of its script for a content
 * security policy. Here, because a relay would need half a second and 50 MB to make it.
 *
 * @param {string} folder emptied first
 */
export async function buildGraphiql(folder) {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const text = renderGraphiQL({
    title: 'Tailrace',
    // relative: what a proxy puts before it stays there
    endpoint: 'graphql',
    // over WebSocket it has no place for the credentials that its user types, and functions have no WebSocket
    subscriptionsProtocol: 'SSE',
    // by GET it takes the address for one of the root
    method: 'POST',
    defaultQuery: DEFAULT_QUERY,
    // headers hold credentials, which no browser is to keep
    shouldPersistHeaders: false,
  })
  const script = text.slice(text.indexOf('<script>') + '<script>'.length, text.lastIndexOf('</script>'))
  const scriptHash = `sha256-${createHash('sha256').update(script).digest('base64')}`
  await writeFile(join(folder, 'index.html.gz'), gzipSync(text))
  await writeFile(join(folder, 'script.hash'), scriptHash)
}
