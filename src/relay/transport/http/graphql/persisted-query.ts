import { GraphQLError } from 'graphql'

/** What of a request says which operation it means. */
interface Asked {
  readonly query?: unknown
  readonly extensions?: unknown
}

/**
 * Whether a request has the hash of a query instead of a query, as automatic persisted queries begin.
 *
 * @see https://www.apollographql.com/docs/apollo-server/performance/apq
 */
export function hasHashAlone({ query, extensions }: Asked): boolean {
  const isAbsent = query === undefined || query === null || query === ''
  return (
    isAbsent && typeof extensions === 'object' && extensions !== null && Object.hasOwn(extensions, 'persistedQuery')
  )
}

/**
 * The answer to a hash alone: nothing is kept here that a hash could stand for. Clients know it by its message, or by
 * its code, and send the whole query then and from then on.
 */
export function persistedQueryNotSupported(): GraphQLError {
  return new GraphQLError('PersistedQueryNotSupported', { extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } })
}

/**
 * A `subscribe` message with a hash alone, with an empty query: graphql-ws would take it for malformed, and close the
 * socket. Other messages stay as they are.
 *
 * **Cost**: looks for a word in each message, and reads only those that have it.
 */
export function withEmptyQuery(text: string): string {
  if (!text.includes('"persistedQuery"')) return text
  try {
    const message = JSON.parse(text) as { readonly type?: unknown; readonly payload?: Asked } | null
    if (message?.type !== 'subscribe' || !message.payload || !hasHashAlone(message.payload)) return text
    const { id } = message as { readonly id?: unknown }
    const { extensions: _extensions, ...payload } = message.payload
    const short = { ...payload, query: '', extensions: { persistedQuery: {} } }
    return JSON.stringify({ id, type: 'subscribe', payload: short })
  } catch {
    // no JSON: graphql-ws says so
    return text
  }
}
