/** A GraphQL error as it comes over the wire. */
export interface WireError {
  readonly message: string
  readonly extensions?: Readonly<Record<string, unknown>> | undefined
}

/**
 * How a connection ended. `errors`: the relay ended the subscription and said why; `completed`: it ended it without a
 * word; `closed`: the connection is gone or never came about, `code` being null when there is no close code.
 */
export type End =
  | { readonly kind: 'errors'; readonly errors: readonly WireError[] }
  | { readonly kind: 'completed' }
  | { readonly kind: 'closed'; readonly code: number | null; readonly reason: string }

/** The end that graphql-ws gives as an error: GraphQL's errors, the event of a socket that closed, or an exception. */
export function toEnd(error: unknown): End {
  if (Array.isArray(error)) return { kind: 'errors', errors: error }
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null
  if (error instanceof Error && typeof code !== 'number') return { kind: 'closed', code: null, reason: error.message }
  const reason = typeof error === 'object' && error !== null && 'reason' in error ? error.reason : ''
  return { kind: 'closed', code: typeof code === 'number' ? code : null, reason: String(reason) }
}

/** The position of the one change that could not be delivered, where errors stand in its place. */
export function positionOf(errors: readonly WireError[] | undefined): string | undefined {
  const token = errors?.[0]?.extensions?.['resumeToken']
  return typeof token === 'string' ? token : undefined
}
