import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { COMMON_HEADERS, pagePolicy } from './security-headers.ts'

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

/** Serves the live page's files. */
export interface PageFiles {
  /** Answers when the path is one of the files, and tells whether it did. `/` is `index.html`. */
  serve(request: IncomingMessage, response: ServerResponse, path: string): boolean
}

interface PageFile {
  readonly body: Buffer
  readonly contentType: string
  readonly etag: string
}

/**
 * Serves the files that are in `root` at this moment, by name: no other path can lead anywhere. Without such a folder
 * it serves nothing. Contents are read now, so that no request needs a file, and revalidated by `ETag`.
 *
 * @throws Error with a `code` such as `EACCES` or `EMFILE` for a file that is there and cannot be read
 */
export function createPageFiles(root: string): PageFiles {
  const files = readFiles(root)
  return {
    serve(request, response, path) {
      const file = files.get(path === '/' ? '/index.html' : path)
      if (file) send(request, response, file)
      return file !== undefined
    },
  }
}

function readFiles(root: string): Map<string, PageFile> {
  const files = new Map<string, PageFile>()
  for (const name of namesIn(root)) {
    const file = join(root, name)
    const contentType = CONTENT_TYPES[extname(name)]
    if (!contentType || !statSync(file).isFile()) continue
    const body = readFileSync(file)
    files.set(`/${name}`, { body, contentType, etag: `"${createHash('sha256').update(body).digest('base64url')}"` })
  }
  return files
}

// the page has not been built; the router says so
function namesIn(root: string): string[] {
  return existsSync(root) ? readdirSync(root) : []
}

function send(request: IncomingMessage, response: ServerResponse, { body, contentType, etag }: PageFile): void {
  const headers = {
    ...COMMON_HEADERS,
    'Content-Type': contentType,
    'Content-Security-Policy': pagePolicy(request.headers),
    'Cache-Control': 'no-cache',
    ETag: etag,
  }
  if (isUnchanged(request.headers['if-none-match'], etag)) response.writeHead(304, headers).end()
  else
    response
      .writeHead(200, { ...headers, 'Content-Length': body.length })
      .end(request.method === 'HEAD' ? undefined : body)
}

// compared weakly, because a proxy that compresses makes it weak
function isUnchanged(known = '', etag: string): boolean {
  const tags = known.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes(etag) || tags[0] === '*'
}
