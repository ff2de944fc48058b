/**
 * The clients of graphql-ws and graphql-sse, with subscriptions to `changes` that lose nothing: for browsers and Node,
 * and for what is built on these clients, such as Apollo, urql and Relay.
 *
 * @module
 * @example
 * import { createClient } from 'tailrace/graphql-ws' // instead of 'graphql-ws'
 *
 * const link = new GraphQLWsLink(createClient({ url: 'ws://localhost:8888/graphql' }))
 */
export { createClient } from './create-client.ts'
export { resuming } from './resuming.ts'
export type { ResumingOptions } from './resuming.ts'
