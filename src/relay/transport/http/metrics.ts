import { createHash, timingSafeEqual } from 'node:crypto'
import { type Answer, textAnswer } from './answer.ts'
import type { Asked } from './asked.ts'
import { COMMON_HEADERS } from './security-headers.ts'

/** Metrics as a scraper reads them. */
export interface MetricsText {
  readonly contentType: string
  readonly text: string
}

/** Answers with the metrics. */
export type MetricsHandler = (asked: Pick<Asked, 'headers'>) => Promise<Answer>

/** Answers with the metrics; with a token, to callers who bring it as a bearer token alone. */
export function createMetricsHandler(read: () => Promise<MetricsText>, token?: string): MetricsHandler {
  return async ({ headers }) => {
    if (token !== undefined && !isBearer(headers.authorization, token)) {
      return textAnswer(401, undefined, { 'WWW-Authenticate': 'Bearer' })
    }
    const { contentType, text } = await read()
    const own = { 'Content-Type': contentType, 'Cache-Control': 'no-store' }
    return { status: 200, headers: { ...COMMON_HEADERS, ...own }, body: text }
  }
}

// of equal length, so that how long comparing takes tells nothing
function isBearer(authorization: string | undefined, token: string): boolean {
  const [, given] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? []
  return given !== undefined && timingSafeEqual(digest(given), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
