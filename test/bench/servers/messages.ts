/** A client's message of the graphql-transport-ws protocol, as far as the benchmark's clients send it. */
export type ClientMessage =
  { readonly type: 'connection_init' } | { readonly type: 'subscribe'; readonly id: string; readonly payload: unknown }

/** The filter that a subscriber of a benchmark asks for; matches every event, and tells cohorts apart. */
export interface BenchFilter {
  readonly 'fullDocument.n': { readonly $gte: number }
}
