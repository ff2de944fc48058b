/** What is watched: both names for a collection, `db` alone for a database, neither for the whole deployment. */
export interface View {
  readonly db: string | null
  readonly coll: string | null
}

/** Whether two views watch the same. */
export function isSameView(a: View, b: View): boolean {
  return a.db === b.db && a.coll === b.coll
}

/** Gives a view's name for people: `shop.orders`, `shop` or `the whole deployment`. */
export function toViewName(view: View): string {
  if (view.db === null) return view.coll === null ? 'the whole deployment' : `.${view.coll}`
  return view.coll === null ? view.db : `${view.db}.${view.coll}`
}

/**
 * Reads the view from a URL's query string. An empty or missing name is null: `?db=` is the deployment.
 *
 * @returns null when the query string names no view at all: the relay's default applies.
 */
export function fromSearch(search: string): View | null {
  const parameters = new URLSearchParams(search)
  if (!parameters.has('db') && !parameters.has('coll')) return null
  return { db: parameters.get('db') || null, coll: parameters.get('coll') || null }
}

/** Writes a view as a query string that {@link fromSearch} reads back, with its `?`. */
export function toSearch(view: View): string {
  const parameters = new URLSearchParams({ db: view.db ?? '' })
  if (view.coll !== null) parameters.set('coll', view.coll)
  return `?${parameters}`
}
