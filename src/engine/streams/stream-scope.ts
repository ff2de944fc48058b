import type { OplogEntry } from '../storage/oplog.ts'
import { isInternalDatabase, type StreamScope } from './options.ts'

/** Whether an entry is about what a stream watches. */
export function isInScope(entry: OplogEntry, scope: StreamScope): boolean {
  if (scope.kind === 'deployment') return !isInternalDatabase(entry.db)
  const { change } = entry
  const renamedTo = change.kind === 'rename' ? change.to : undefined
  if (scope.kind === 'database') return entry.db === scope.db || renamedTo?.db === scope.db
  if (entry.db !== scope.db && !renamedTo) return false
  // the end of the database is the end of the collection, even of one that was never there
  if (entry.db === scope.db && (entry.coll === scope.coll || change.kind === 'dropDatabase')) return true
  return renamedTo?.db === scope.db && renamedTo.coll === scope.coll
}

/** Whether an entry ends what a stream watches. */
export function invalidates({ change }: OplogEntry, scope: StreamScope): boolean {
  if (scope.kind === 'deployment') return false
  if (change.kind === 'dropDatabase') return true
  return scope.kind === 'collection' && (change.kind === 'drop' || change.kind === 'rename')
}
