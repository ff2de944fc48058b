/**
 * Writes the pages that have been built as a module, for runtimes without files: `node web/pages-module.js`, after
 * everything else. Makes `dist/pages.js`, and its types.
 */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { readGraphiqlPage, readPageFiles } from '../dist/adapters/node/page-folder.js'

const dist = (/** @type {string} */ path) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url))
const base64 = (/** @type {Uint8Array} */ bytes) => JSON.stringify(Buffer.from(bytes).toString('base64'))

const files = [...readPageFiles(dist('web'))].map(([path, { body, contentType, etag }]) => {
  return `  [${JSON.stringify(path)}, file(${JSON.stringify(contentType)}, ${JSON.stringify(etag)}, ${base64(body)})],\n`
})
const { gzipped, scriptHash } = readGraphiqlPage(dist('graphiql'))

// a bundler leaves out what is not imported
await writeFile(
  dist('pages.js'),
  `import { Buffer } from 'node:buffer'
function file(contentType, etag, base64) {
  let body
  return { contentType, etag, get body() { return (body ??= Buffer.from(base64, 'base64')) } }
}
function compressed(scriptHash, base64) {
  let gzipped
  return { scriptHash, get gzipped() { return (gzipped ??= Buffer.from(base64, 'base64')) } }
}
export const page = /* @__PURE__ */ new Map(/* @__PURE__ */ files())
export const graphiql = /* @__PURE__ */ compressed(${JSON.stringify(scriptHash)}, ${base64(gzipped)})
export const pages = { page, graphiql }
function files() {
  return [
${files.join('')}  ]
}
`,
)
await writeFile(
  dist('pages.d.ts'),
  `import type { GraphiqlPage } from './relay/transport/http/graphiql.js'
import type { PageFiles } from './relay/transport/http/page-files.js'
/**
 * The pages for browsers, for handlers: the live page and GraphiQL. Each file is decoded when it is asked for.
 *
 * @example
 * import { pages } from 'tailrace/pages'
 *
 * const relay = createHandler({ mongoUri, pages })
 */
export declare const pages: { readonly page: PageFiles; readonly graphiql: GraphiqlPage }
/** The live page alone: 180 KB instead of 3.4 MB. */
export declare const page: PageFiles
/** GraphiQL alone. */
export declare const graphiql: GraphiqlPage
`,
)
