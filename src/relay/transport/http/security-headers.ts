import type { AnswerHeaders, RequestHeaders } from './headers.ts'

/** Sent with every response: no sniffing of types, no referrer, no embedding by other origins. */
export const COMMON_HEADERS: AnswerHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
}

/** What both of our pages are refused. */
const NOTHING_ELSE = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The live page's policy: its own files alone, nothing inline. */
export function pagePolicy(headers: RequestHeaders): string {
  const own = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"
  return `${own}; ${connectSource(headers)}; ${NOTHING_ELSE}`
}

/**
 * GraphiQL's policy: one script, known by its hash; the styles and workers that its editor makes; nothing from
 * elsewhere.
 */
export function graphiqlPolicy(headers: RequestHeaders, scriptHash: string): string {
  const own = `default-src 'none'; script-src '${scriptHash}'; worker-src blob:; style-src 'unsafe-inline'`
  return `${own}; img-src 'self' data:; font-src data:; ${connectSource(headers)}; ${NOTHING_ELSE}`
}

// older Safari does not take 'self' for WebSockets; the host goes in only when it cannot be anything but a host
function connectSource({ host }: RequestHeaders): string {
  const isPlain = host !== undefined && /^[\w.:[\]-]+$/.test(host)
  return isPlain ? `connect-src 'self' ws://${host} wss://${host}` : "connect-src 'self'"
}
