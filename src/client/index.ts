/**
 * Tailrace's client, for browsers and Node: the changes of a namespace as an async iterable that survives
 * interruptions.
 *
 * @module
 * @example
 * import { watch } from 'tailrace/client'
 *
 * for await (const change of watch({ url: 'ws://localhost:8888/graphql', db: 'shop', coll: 'orders' })) {
 *   console.log(change.operationType, change.documentKey)
 * }
 */
export { watch } from './watch.ts'
export { watchState } from './state/watch-state.ts'
export type { WatchedState, WatchStateOptions } from './state/watched-state.ts'
export type { WatchGap } from './gap.ts'
export { WatchError } from './watch-error.ts'
export type { WatchErrorCode } from './watch-error.ts'
export type { ChangeField } from './query/change-fields.ts'
export type { Change, DocumentKey, Watch, WatchOptions, WatchStatus } from './watch-options.ts'
