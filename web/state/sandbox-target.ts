import type { Namespace } from './view.ts'

/** A collection: both names. */
export interface Collection {
  readonly db: string
  readonly coll: string
}

/**
 * Gives the collection that the page's own writes go to, so that they show up in the view: the watched one, or the
 * default one where the view contains it.
 *
 * @returns null when there is no such collection.
 */
export function toSandboxTarget(view: Namespace, defaultNamespace: Namespace): Collection | null {
  if (view.db !== null && view.coll !== null) return { db: view.db, coll: view.coll }
  if (view.coll !== null) return null
  const { db, coll } = defaultNamespace
  if (db === null || coll === null) return null
  return view.db === null || view.db === db ? { db, coll } : null
}
