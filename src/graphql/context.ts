/** What every resolver receives. */
export interface GraphQLContext {
  /** Aborts when the operation's client is gone. */
  readonly signal: AbortSignal
}
