import type { TypedDocumentString } from '../operations.generated.ts'

/** How long a request may take, in milliseconds. */
const TIMEOUT_MS = 10_000

interface Reply<Result> {
  readonly data?: Result | null
  readonly errors?: readonly { readonly message: string }[]
}

/** What the relay answered instead of data; the message is for people. */
export class RelayAnswerError extends Error {
  override readonly name = 'RelayAnswerError'
  /** Whether it asks who the caller is, or does not believe it; not, when it cannot tell at the moment. */
  readonly isUnauthenticated: boolean

  constructor(message: string, status: number) {
    super(message)
    this.isUnauthenticated = status === 401
  }
}

/** Where the relay is, and what every request to it carries. */
export interface RelayApi {
  /** The relay's GraphQL endpoint. */
  readonly url: string
  /** Who the caller is. */
  readonly headers: () => Readonly<Record<string, string>>
}

/**
 * Sends a query or mutation to the relay and gives its data.
 *
 * @throws RelayAnswerError for what the relay answers.
 * @throws Error with a message for people when it cannot be reached within ten seconds.
 */
export async function request<Result, Variables>(
  { url, headers }: RelayApi,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...headers(),
      },
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
  if (error !== undefined) throw new RelayAnswerError(error.message, response.status)
  if (reply.data === undefined || reply.data === null) throw new Error('The relay answered without data')
  return reply.data
}
