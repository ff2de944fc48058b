/** Where changes happen: both names for a collection, `db` alone for a database, neither for the whole deployment. */
export interface Namespace {
  readonly db: string | null
  readonly coll: string | null
}

/** What is watched. */
export interface View extends Namespace {
  /** A filter as a person typed it, which `readFilter` reads; null for every change. */
  readonly where: string | null
  /** Where it starts, as `readStart` reads it; null for the last few changes. */
  readonly from: string | null
}

/** Whether two views watch the same. */
export function isSameView(a: View, b: View): boolean {
  return a.db === b.db && a.coll === b.coll && a.where === b.where && a.from === b.from
}

/** Gives a namespace's name for people: `shop.orders`, `shop` or `the whole deployment`. */
export function toNamespaceName({ db, coll }: Namespace): string {
  if (db === null) return coll === null ? 'the whole deployment' : `.${coll}`
  return coll === null ? db : `${db}.${coll}`
}

/** Gives a view's name for people: that of its namespace, and `shop.orders, filtered` with a filter. */
export function toViewName(view: View): string {
  return view.where === null ? toNamespaceName(view) : `${toNamespaceName(view)}, filtered`
}

/**
 * Reads the view from a URL's query string. An empty or missing name is null: `?db=` is the deployment.
 *
 * @returns null when the query string names no view at all: the relay's default applies.
 */
export function fromSearch(search: string): View | null {
  const parameters = new URLSearchParams(search)
  if (!['db', 'coll', 'where', 'from'].some((name) => parameters.has(name))) return null
  const toValue = (name: string) => parameters.get(name) || null
  return { db: toValue('db'), coll: toValue('coll'), where: toValue('where'), from: toValue('from') }
}

/** Writes a view as a query string that {@link fromSearch} reads back, with its `?`. */
export function toSearch(view: View): string {
  const parameters = new URLSearchParams({ db: view.db ?? '' })
  if (view.coll !== null) parameters.set('coll', view.coll)
  if (view.where !== null) parameters.set('where', view.where)
  if (view.from !== null) parameters.set('from', view.from)
  return `?${parameters}`
}

/** As {@link toSearch}, with the operations that are shown; none for all. */
export function toSearchOf(view: View, operationTypes: readonly string[]): string {
  const operations = operationTypes.length === 0 ? '' : `&${new URLSearchParams({ ops: operationTypes.join(',') })}`
  return `${toSearch(view)}${operations}`
}

/** Reads the operations that are shown from a URL's query string; none for all. */
export function toOperations(search: string): readonly string[] {
  return (new URLSearchParams(search).get('ops') ?? '').split(',').filter((name) => name !== '')
}
