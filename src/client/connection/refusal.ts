import type { End, WireError } from './end.ts'

/** What answered instead of opening a WebSocket, as far as a client may see it. */
export interface HttpAnswer {
  readonly status: number
  /** The beginning of its body. */
  readonly text: string
}

/** What an answer says: the relay's own errors, or what else there was. */
export function toRefusal({ status, text }: HttpAnswer): End {
  const errors = errorsOf(text)
  if (errors) return { kind: 'errors', errors }
  const [line = ''] = text.trim().split('\n')
  // a proxy's page is for people who look at it
  const detail = line === '' || line.startsWith('<') ? '' : `: ${line}`
  return { kind: 'closed', code: null, reason: `it answered with HTTP status ${status}${detail}` }
}

/**
 * What a page can say when its socket was never opened, of which browsers say nothing: that it may be of an origin
 * that the relay does not know. `undefined` where the relay's own page asks, or no page.
 */
export function originHint(url: string, pageOrigin: string | undefined): string | undefined {
  if (pageOrigin === undefined || !URL.canParse(url)) return undefined
  if (new URL(url.replace(/^ws/, 'http')).origin === pageOrigin) return undefined
  return `or it does not take pages of ${pageOrigin}, which --allow-origin ${pageOrigin} would let it; its log says so`
}

function errorsOf(text: string): readonly WireError[] | undefined {
  try {
    const body = JSON.parse(text) as { readonly errors?: readonly WireError[] } | null
    return Array.isArray(body?.errors) && typeof body.errors[0]?.message === 'string' ? body.errors : undefined
  } catch {
    return undefined
  }
}
