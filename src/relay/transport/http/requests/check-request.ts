import type { Asked } from '../asked.ts'
import type { AcceptedFormats } from './accepted-formats.ts'
import { GRAPHQL_METHODS } from './cors.ts'
import type { Refusal } from './refusal.ts'
import { readWeightedList } from './weighted-list.ts'

/** The types of body that are executed; all of them make a browser ask first when a foreign page sends them. */
const BODY_TYPES = new Set(['application/json', 'application/graphql+json'])

/** Gives why a GraphQL request cannot be served as it is, by its method and headers alone: nothing is read before. */
export function checkRequest(
  request: Pick<Asked, 'method' | 'headers'>,
  formats: AcceptedFormats,
): Refusal | undefined {
  const { method, headers } = request
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') {
    const message = `GraphQL is asked by GET or POST; ${method} came`
    return { status: 405, code: 'BAD_USER_INPUT', message, headers: { Allow: GRAPHQL_METHODS } }
  }
  if (formats.json === undefined && !formats.stream) {
    const types = 'application/json, application/graphql-response+json or text/event-stream'
    return { status: 406, code: 'BAD_USER_INPUT', message: `Results come as ${types}: name one of them in Accept` }
  }
  return method === 'POST' ? checkBody(headers['content-type'], headers['content-encoding']) : undefined
}

// a form, or plain text, is what a foreign page could send without asking
function checkBody(type = '', encoding = ''): Refusal | undefined {
  const encodings = readWeightedList(encoding).filter(({ value }) => value !== 'identity')
  if (encodings.length > 0) {
    return unsupported('Send the operation without a Content-Encoding', { 'Accept-Encoding': 'identity' })
  }
  const [media, ...others] = readWeightedList(type)
  const charset = media?.parameters.get('charset')?.toLowerCase() ?? 'utf-8'
  const isJson = media !== undefined && others.length === 0 && BODY_TYPES.has(media.value)
  if (isJson && /^utf-?8$/.test(charset)) return undefined
  return unsupported('Send the operation as application/json, in UTF-8', { Accept: 'application/json' })
}

function unsupported(message: string, headers: Record<string, string>): Refusal {
  return { status: 415, code: 'BAD_USER_INPUT', message, headers }
}
