import { sliceFields } from '../../../src/bson/ejson/json-slices.ts'
import { toFilterText } from '../../filter/read-filter.ts'
import { toParts } from '../../event/parts.ts'
import { toSearch, type View } from '../../state/view.ts'
import type { Change } from '../../stream/change.ts'
import { toClusterTime } from '../../stream/cluster-time.ts'
import { createCopyButton } from '../copy-button.ts'
import { h } from '../element.ts'

/** Gives the view of the document alone that a change is about; null where it is about none. */
export function toDocumentView(change: Change): View | null {
  const key = toParts(change.jsonText).text('documentKey')
  if (key === undefined || change.ns === null) return null
  try {
    const isId = [...sliceFields(key).keys()].join() === '_id'
    const where = toFilterText(isId ? key : `{"documentKey": ${key}}`)
    return { db: change.ns.db, coll: change.ns.coll ?? null, where, from: null }
  } catch {
    // a key that no filter can be made of
    return null
  }
}

/** Gives the search part of an address that leads to one event of a view, whoever opens it. */
export function toEventSearch(view: View, change: Change): string {
  const time = toClusterTime(change)
  const from = time === null ? view.from : `${time.seconds}.${time.ordinal}`
  return `${toSearch({ ...view, where: null, from })}&${new URLSearchParams({ event: change.resumeToken })}`
}

/** Gives the buttons for what can be done with a change. */
export function toChangeActions(
  change: Change,
  getView: () => View,
  choose: (view: View) => void,
): readonly HTMLElement[] {
  const toLink = () => new URL(toEventSearch(getView(), change), location.href).href
  const link = createCopyButton(toLink, 'Copy link', 'Copy link')
  const view = toDocumentView(change)
  if (view === null) return [link]
  const only = h('button', { type: 'button', className: 'quiet' }, 'Only this document')
  only.addEventListener('click', () => choose(view))
  return [link, only]
}
