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
 * Builds GraphiQL as pages without a byte from elsewhere, one for each way to subscribe, compressed, with the hash of its
 * script for a content security policy. Here, because a relay would need half a second and 50 MB to make them.
 *
 * @param {string} folder emptied first
 */
export async function buildGraphiql(folder) {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const subscriptionsProtocol of /** @type {const} */ (['WS', 'SSE'])) {
    // the address is relative: what a proxy puts before it stays there
    const address = { endpoint: 'graphql', subscriptionsProtocol }
    // headers hold credentials, which no browser is to keep
    const text = renderGraphiQL({
      title: 'Tailrace',
      ...address,
      defaultQuery: DEFAULT_QUERY,
      shouldPersistHeaders: false,
    })
    const script = text.slice(text.indexOf('<script>') + '<script>'.length, text.lastIndexOf('</script>'))
    const scriptHash = `sha256-${createHash('sha256').update(script).digest('base64')}`
    await writeFile(join(folder, `${subscriptionsProtocol}.html.gz`), gzipSync(text))
    await writeFile(join(folder, `${subscriptionsProtocol}.hash`), scriptHash)
  }
}
