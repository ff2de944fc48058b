import type { Difference } from '../../diff/compare.ts'
import { toDifferences } from '../../diff/differences.ts'
import { fieldOf } from '../../diff/values.ts'
import { toJsonElement } from '../../json/tree.ts'
import { h } from '../element.ts'

/** How many changes are drawn. */
const MAX_DRAWN = 200

/** The longest path that is drawn, in characters: a name may be megabytes long. */
const MAX_PATH_CHARS = 300

function toSide(value: unknown, kind: 'old' | 'new'): HTMLElement {
  return h('div', { className: `side ${kind}` }, toJsonElement(value))
}

function toDifferenceElement(difference: Difference): HTMLElement {
  const path = difference.path.join('.').slice(0, MAX_PATH_CHARS)
  const name = difference.kind === 'shortened' ? `${path}.length` : path
  const element = h('div', { className: 'field' }, h('div', { className: 'path' }, name))
  if ('before' in difference) element.append(toSide(difference.before, 'old'))
  if ('after' in difference) element.append(toSide(difference.after, 'new'))
  if (difference.kind === 'removed' && !('before' in difference)) {
    element.append(h('div', { className: 'side old' }, h('span', { className: 'note' }, 'removed')))
  }
  return element
}

/**
 * Gives what an event changed, field by field: what was there, and what is.
 *
 * @param toHint what to say where it is not known what was there before
 */
export function toChangeTab(event: unknown, toHint: () => HTMLElement | null): HTMLElement {
  const { list, isComplete } = toDifferences(event, MAX_DRAWN)
  const operationType = String(fieldOf(event, 'operationType'))
  const tab = h('div', { className: 'fields' }, ...list.map(toDifferenceElement))
  if (!isComplete) tab.append(h('p', { className: 'note' }, '… and more: see the event'))
  else if (list.length === 0) {
    const text = operationType === 'delete' ? 'The document is gone.' : 'This event changed no field of a document.'
    tab.append(h('p', { className: 'note' }, text))
  }
  const isKnown = (fieldOf(event, 'fullDocumentBeforeChange') ?? null) !== null
  const hint = isKnown || !['update', 'replace', 'delete'].includes(operationType) ? null : toHint()
  if (hint !== null) tab.append(hint)
  return tab
}
