import type { TypedDocumentString } from './operations.generated.ts'

/** How long a request may take, in milliseconds. */
const TIMEOUT_MS = 10_000

interface Reply<Result> {
  readonly data?: Result | null
  readonly errors?: readonly { readonly message: string }[]
}

/**
 * Sends a query or mutation to the relay and gives its data.
 *
 * @throws Error with a message for people: what the relay answered, or that it cannot be reached within ten seconds.
 */
export async function request<Result, Variables>(
  url: string,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' },
      body: JSON.stringify({ query: document.toString(), variables }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
  } catch (cause) {
    throw new Error('The relay cannot be reached', { cause })
  }
  let reply: Reply<Result>
  try {
    reply = (await response.json()) as Reply<Result> // bytes become the typed document's result here
  } catch (cause) {
    throw new Error(`The relay answered with HTTP status ${response.status}`, { cause })
  }
  const [error] = reply.errors ?? []
  if (error !== undefined) throw new Error(error.message)
  if (reply.data === undefined || reply.data === null) throw new Error('The relay answered without data')
  return reply.data
}
