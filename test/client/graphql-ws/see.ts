import type { FormattedExecutionResult, Sink } from 'graphql-ws'

type Data = Record<string, { readonly documentKey?: { readonly _id?: unknown } } | undefined>

/** What a sink is given. */
export interface Seen {
  readonly sink: Sink<FormattedExecutionResult<Data>>
  readonly keys: unknown[]
  readonly results: unknown[]
  readonly errors: unknown[]
  completed: number
}

/** A sink that keeps what it is given; `key` is the alias of `changes`. */
export function see(key = 'changes'): Seen {
  const seen: Seen = {
    keys: [],
    results: [],
    errors: [],
    completed: 0,
    sink: {
      next(result) {
        seen.results.push(result)
        seen.keys.push(result.data?.[key]?.documentKey?._id)
      },
      error: (error) => void seen.errors.push(error),
      complete: () => void seen.completed++,
    },
  }
  return seen
}
