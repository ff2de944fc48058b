import type { EventStreamSource } from '../sse/event-stream.ts'
import type { AnswerHeaders } from './headers.ts'
import { COMMON_HEADERS } from './security-headers.ts'
import type { Refusal } from './requests/refusal.ts'

/** What a request is answered with. A request by `HEAD` gets it without the body. */
export interface Answer {
  readonly status: number
  readonly headers: AnswerHeaders
  /** Absent: there is none. */
  readonly body?: string | Uint8Array | undefined
  /** What goes out as server-sent events, instead of a body. */
  readonly stream?: EventStreamSource | undefined
}

const TEXTS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  500: 'Internal Server Error',
}

/** One line of plain text. */
export function textAnswer(status: number, text = TEXTS[status] ?? '', headers: AnswerHeaders = {}): Answer {
  const type = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }
  return { status, headers: { ...COMMON_HEADERS, ...type, ...headers }, body: `${text}\n` }
}

/** Why a request is refused, as a GraphQL result. */
export function refusalAnswer({ status, code, message, headers }: Refusal): Answer {
  const type = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' }
  const body = JSON.stringify({ errors: [{ message, extensions: { code } }] })
  return { status, headers: { ...COMMON_HEADERS, ...headers, ...type }, body }
}

/** Nothing, which is not to be kept. */
export function emptyAnswer(headers: AnswerHeaders = {}): Answer {
  return { status: 204, headers: { ...COMMON_HEADERS, 'Cache-Control': 'no-store', ...headers } }
}

/** An answer with further headers, where it has none of the same name, in whatever case. */
export function withHeaders(answer: Answer, headers: AnswerHeaders): Answer {
  const own = new Set(Object.keys(answer.headers).map((name) => name.toLowerCase()))
  const further = Object.entries(headers).filter(([name]) => !own.has(name.toLowerCase()))
  return { ...answer, headers: { ...Object.fromEntries(further), ...answer.headers } }
}
