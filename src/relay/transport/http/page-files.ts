import { readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { respondText } from './respond.ts'
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
  readonly file: string
  readonly contentType: string
}

/**
 * Serves the files that are in `root` at this moment, by name: no other path can lead anywhere. Without such a folder it
 * serves nothing. Contents are read per request and revalidated by `ETag`.
 */
export function createPageFiles(root: string): PageFiles {
  const files = listFiles(root)
  return {
    serve(request, response, path) {
      const file = files.get(path === '/' ? '/index.html' : path)
      if (!file) return false
      send(request, response, file).catch(() => {
        // the file is gone since the start
        if (!response.headersSent) respondText(response, 404)
      })
      return true
    },
  }
}

function listFiles(root: string): Map<string, PageFile> {
  const files = new Map<string, PageFile>()
  for (const name of namesIn(root)) {
    const contentType = CONTENT_TYPES[extname(name)]
    if (contentType) files.set(`/${name}`, { file: join(root, name), contentType })
  }
  return files
}

function namesIn(root: string): string[] {
  try {
    return readdirSync(root)
  } catch {
    // the page has not been built; the router says so
    return []
  }
}

async function send(request: IncomingMessage, response: ServerResponse, page: PageFile): Promise<void> {
  const body = await readFile(page.file)
  const { mtimeMs, size } = statSync(page.file)
  const etag = `"${Math.round(mtimeMs).toString(36)}-${size.toString(36)}"`
  const headers = {
    ...COMMON_HEADERS,
    'Content-Type': page.contentType,
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
