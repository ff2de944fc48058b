import type { WatchChangesSubscriptionVariables } from './operations.generated.ts'
import type { WatchOptions } from './watch-options.ts'

/** The variables of the subscription: as asked for, or from `token` on once there is one. */
export function toVariables(
  options: Pick<WatchOptions, keyof WatchChangesSubscriptionVariables>,
  token: string | undefined,
): WatchChangesSubscriptionVariables {
  const { db, coll, operationTypes, where, fullDocument, fullDocumentBeforeChange, format } = options
  const { startAfter, startAtOperationTime, last } = options
  const start = token === undefined ? { startAfter, startAtOperationTime, last } : { startAfter: token }
  // an argument that is absent has its default, one that is null has not: JSON leaves out what is undefined
  const all = { db, coll, operationTypes, where, fullDocument, fullDocumentBeforeChange, format, ...start }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
