import type { Answer } from './answer.ts'
import type { Asked } from './asked.ts'
import type { RequestHeaders } from './headers.ts'
import { COMMON_HEADERS, pagePolicy } from './security-headers.ts'

/** A file of the live page. */
export interface PageFile {
  readonly body: Uint8Array
  readonly contentType: string
  /** With its quotes. */
  readonly etag: string
}

/** The files of the live page by their paths, such as `/index.html`. */
export type PageFiles = ReadonlyMap<string, PageFile>

/** Answers when a path is one of the files, `/` being `index.html`; they are revalidated by `ETag`. */
export function pageAnswer(files: PageFiles, path: string, { headers }: Pick<Asked, 'headers'>): Answer | undefined {
  const file = files.get(path === '/' ? '/index.html' : path)
  return file && answerWith(file, headers)
}

function answerWith({ body, contentType, etag }: PageFile, asked: RequestHeaders): Answer {
  const headers = {
    ...COMMON_HEADERS,
    'Content-Type': contentType,
    'Content-Security-Policy': pagePolicy(asked),
    'Cache-Control': 'no-cache',
    ETag: etag,
  }
  return isUnchanged(asked['if-none-match'], etag) ? { status: 304, headers } : { status: 200, headers, body }
}

// compared weakly, because a proxy that compresses makes it weak
function isUnchanged(known = '', etag: string): boolean {
  const tags = known.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes(etag) || tags[0] === '*'
}
