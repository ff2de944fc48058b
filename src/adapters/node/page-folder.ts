import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { GraphiqlPage } from '../../relay/transport/http/graphiql.ts'
import type { PageFile, PageFiles } from '../../relay/transport/http/page-files.ts'

/** The types of file that a page is made of. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

/**
 * The files that are in a folder at this moment, by name: no other path can lead anywhere. Without such a folder there
 * are none. Contents are read now, so that no request needs a file.
 *
 * @throws Error with a `code` such as `EACCES` or `EMFILE` for a file that is there and cannot be read
 */
export function readPageFiles(folder: string): PageFiles {
  const files = new Map<string, PageFile>()
  for (const name of namesIn(folder)) {
    const file = join(folder, name)
    const contentType = CONTENT_TYPES[extname(name)]
    if (!contentType || !statSync(file).isFile()) continue
    const body = readFileSync(file)
    files.set(`/${name}`, { body, contentType, etag: `"${createHash('sha256').update(body).digest('base64url')}"` })
  }
  return files
}

/** GraphiQL as it was built into a folder; `undefined` when it was not. */
export function readGraphiqlPage(folder: string): GraphiqlPage | undefined {
  const file = join(folder, 'index.html.gz')
  if (!existsSync(file)) return undefined
  return { gzipped: readFileSync(file), scriptHash: readFileSync(join(folder, 'script.hash'), 'utf8') }
}

// the page has not been built; the router says so
function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}
